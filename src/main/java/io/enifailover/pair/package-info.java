/** The public construct: two servers, one address. */
@NullMarked
package io.enifailover.pair;

import org.jspecify.annotations.NullMarked;
