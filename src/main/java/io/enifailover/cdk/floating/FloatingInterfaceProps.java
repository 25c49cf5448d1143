package io.enifailover.cdk.floating;

import io.enifailover.protocol.HealthCheck;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.services.ec2.ISecurityGroup;
import software.amazon.awscdk.services.ec2.ISubnet;

/**
 * What a floating interface needs.
 *
 * @param subnet         subnet of both servers
 * @param place          text, known at synthesis, that changes with the subnet: see {@code PairNetwork.place()}
 * @param securityGroup  group of the traffic to the floating address
 * @param privateAddress private IPv4 address in the subnet, or null to let EC2 pick a free one
 * @param healthCheck    how its holder is asked whether it serves
 * @param standbyCheck   how the other server is asked, or null if it is not
 */
@RecordBuilder
public record FloatingInterfaceProps(
        ISubnet subnet,
        String place,
        ISecurityGroup securityGroup,
        @Nullable String privateAddress,
        HealthCheck healthCheck,
        @Nullable HealthCheck standbyCheck) {

    /** Returns a builder. */
    public static FloatingInterfacePropsBuilder builder() {
        return FloatingInterfacePropsBuilder.builder();
    }
}
