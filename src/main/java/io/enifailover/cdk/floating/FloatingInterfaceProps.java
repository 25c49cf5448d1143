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
 * @param healthCheck    health check of the server that holds it
 * @param standbyCheck   health check of the other server, or null for none
 */
@RecordBuilder
public record FloatingInterfaceProps(
        ISubnet subnet,
        String place,
        ISecurityGroup securityGroup,
        @Nullable String privateAddress,
        HealthCheck healthCheck,
        @Nullable HealthCheck standbyCheck) {}
