/**
 * What constructs, function and servers agree on: settings of a failover, roles, orders and answers, and the names of
 * aliases, metrics, outputs and properties. Plain Java only.
 */
@NullMarked
package io.enifailover.protocol;

import org.jspecify.annotations.NullMarked;
