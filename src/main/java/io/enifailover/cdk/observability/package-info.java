/** Alarms, notices, dashboard and stored queries. */
@NullMarked
package io.enifailover.cdk.observability;

import org.jspecify.annotations.NullMarked;
