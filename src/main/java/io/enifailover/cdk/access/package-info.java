/** IAM policies for people. */
@NullMarked
package io.enifailover.cdk.access;

import org.jspecify.annotations.NullMarked;
