/** What other projects import: the failover pair, its settings and its network. */
@NullMarked
package io.enifailover;

import org.jspecify.annotations.NullMarked;
