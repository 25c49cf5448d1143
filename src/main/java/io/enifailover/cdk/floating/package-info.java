/** The floating interface: the address that clients use, independent of which server holds it. */
@NullMarked
package io.enifailover.cdk.floating;

import org.jspecify.annotations.NullMarked;
