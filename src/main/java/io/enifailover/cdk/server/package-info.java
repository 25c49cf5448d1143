/** One server of a pair, from its instance to the files of its first boot. */
@NullMarked
package io.enifailover.cdk.server;

import org.jspecify.annotations.NullMarked;
