package io.enifailover.cdk.server;

import io.enifailover.cdk.floating.FloatingInterface;
import io.enifailover.protocol.Probes;
import io.enifailover.protocol.Role;
import io.soabase.recordbuilder.core.RecordBuilder;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.lambda.IAlias;

/**
 * What a server needs.
 *
 * @param role         its part in the pair
 * @param generation   raised to build it anew
 * @param place        where it is
 * @param instanceType size; the architecture of the image follows from it
 * @param floating     interface that it can hold, and that it watches over while it does not
 * @param probes       pace of that watch
 * @param controller   function that the watch reports to, by the alias for this role
 */
@RecordBuilder
public record WebServerProps(
        Role role,
        int generation,
        Placement place,
        InstanceType instanceType,
        FloatingInterface floating,
        Probes probes,
        IAlias controller) {

    /** Returns a builder. */
    public static WebServerPropsBuilder builder() {
        return WebServerPropsBuilder.builder();
    }
}
