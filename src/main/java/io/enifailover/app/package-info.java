/** The CDK application: a stack with one failover pair, and its settings. */
@NullMarked
package io.enifailover.app;

import org.jspecify.annotations.NullMarked;
