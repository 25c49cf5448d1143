/** The custom construct that swaps the floating interface between two servers. */
@NullMarked
package io.enifailover.cdk.swap;

import org.jspecify.annotations.NullMarked;
