/**
 * What constructs, function and servers agree on: settings of a failover, roles, and the names of aliases, outputs
 * and properties. Plain Java only.
 */
@NullMarked
package io.enifailover.protocol;

import org.jspecify.annotations.NullMarked;
