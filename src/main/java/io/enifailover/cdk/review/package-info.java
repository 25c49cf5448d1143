/** Findings of reviewing tools that are accepted, with the reason. */
@NullMarked
package io.enifailover.cdk.review;

import org.jspecify.annotations.NullMarked;
