/** The demonstration: a simulated pair that runs the function's own code, in a browser or in a terminal. */
@NullMarked
package io.enifailover.demo;

import org.jspecify.annotations.NullMarked;
