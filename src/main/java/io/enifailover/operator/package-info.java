/** What people may do with a pair. */
@NullMarked
package io.enifailover.operator;

import org.jspecify.annotations.NullMarked;
