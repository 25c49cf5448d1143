/** One web server of a pair, from its instance to the files of its first boot. */
@NullMarked
package io.enifailover.server;

import org.jspecify.annotations.NullMarked;
