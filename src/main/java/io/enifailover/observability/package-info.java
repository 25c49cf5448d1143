/** What people get to see of a pair. */
@NullMarked
package io.enifailover.observability;

import org.jspecify.annotations.NullMarked;
