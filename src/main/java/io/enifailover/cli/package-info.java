/** The operator's command line: talks to the controller by its orders, and to nothing of the CDK. */
@NullMarked
package io.enifailover.cli;

import org.jspecify.annotations.NullMarked;
