/** What a person decides about failovers beforehand. */
@NullMarked
package io.enifailover.policy;

import org.jspecify.annotations.NullMarked;
