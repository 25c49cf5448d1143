/** The CDK application: an EC2 pair that shares one floating network interface. */
@NullMarked
package io.enifailover;

import org.jspecify.annotations.NullMarked;
