/** What calls the controller: EC2's own view of the servers, and the clock. */
@NullMarked
package io.enifailover.detection;

import org.jspecify.annotations.NullMarked;
