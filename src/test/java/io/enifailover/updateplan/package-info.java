/** Computes from two templates and CloudFormation's resource schemas what an update does to each resource. */
@NullMarked
package io.enifailover.updateplan;

import org.jspecify.annotations.NullMarked;
