/** The function as a resource, with its permissions and its table. */
@NullMarked
package io.enifailover.cdk.function;

import org.jspecify.annotations.NullMarked;
