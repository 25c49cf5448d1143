/** What calls the function: the watches, state changes of EC2, and a schedule. */
@NullMarked
package io.enifailover.cdk.triggers;

import org.jspecify.annotations.NullMarked;
