/** A pair on a simulated EC2 and on virtual time, for tests and for the demonstration. */
@NullMarked
package io.enifailover.simulation;

import org.jspecify.annotations.NullMarked;
