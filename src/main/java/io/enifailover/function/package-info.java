/** The Lambda function: observes the floating interface, decides, and moves it. */
@NullMarked
package io.enifailover.function;

import org.jspecify.annotations.NullMarked;
