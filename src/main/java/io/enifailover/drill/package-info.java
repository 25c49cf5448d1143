/** The rehearsal that nobody has to remember. */
@NullMarked
package io.enifailover.drill;

import org.jspecify.annotations.NullMarked;
