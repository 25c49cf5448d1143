/** The floating interface: the one address that clients know, whichever server holds it. */
@NullMarked
package io.enifailover.cdk.floating;

import org.jspecify.annotations.NullMarked;
