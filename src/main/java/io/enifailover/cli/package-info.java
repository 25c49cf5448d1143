/** The operator's command line: gives orders to the controller, and uses nothing of the CDK. */
@NullMarked
package io.enifailover.cli;

import org.jspecify.annotations.NullMarked;
