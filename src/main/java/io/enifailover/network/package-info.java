/** The network of a pair: a VPC of its own or an existing one, and the one subnet in which the pair lives. */
@NullMarked
package io.enifailover.network;

import org.jspecify.annotations.NullMarked;
