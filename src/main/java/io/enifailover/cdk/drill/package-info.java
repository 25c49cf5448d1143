/** The scheduled drill. */
@NullMarked
package io.enifailover.cdk.drill;

import org.jspecify.annotations.NullMarked;
