/** The controller of a pair as resources: its function, its rights and its record. */
@NullMarked
package io.enifailover.control;

import org.jspecify.annotations.NullMarked;
