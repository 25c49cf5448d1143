/** Measures an outage as a client sees it: probes the service, finds who served when, and draws the report. */
@NullMarked
package io.enifailover.outage;

import org.jspecify.annotations.NullMarked;
