package io.enifailover.server;

import io.enifailover.controller.Role;
import io.enifailover.floating.FloatingInterface;
import io.enifailover.network.PairNetwork;
import software.amazon.awscdk.services.ec2.ISecurityGroup;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.PlacementGroup;

/**
 * What a server needs.
 *
 * @param role          its part in the pair at the first deployment
 * @param network       VPC and subnet
 * @param floating      interface that it can hold
 * @param securityGroup group of its own address
 * @param rack          placement that keeps the two apart
 * @param instanceType  size; the architecture of the image follows from it
 */
public record WebServerProps(
        Role role,
        PairNetwork network,
        FloatingInterface floating,
        ISecurityGroup securityGroup,
        PlacementGroup rack,
        InstanceType instanceType) {}
