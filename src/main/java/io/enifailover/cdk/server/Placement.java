package io.enifailover.cdk.server;

import software.amazon.awscdk.services.ec2.ISecurityGroup;
import software.amazon.awscdk.services.ec2.ISubnet;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.PlacementGroup;

/**
 * Where both servers of a pair are.
 *
 * @param vpc           VPC of the pair
 * @param subnet        subnet of both servers and of the floating interface
 * @param securityGroup security group of their own addresses
 * @param racks         placement group that keeps them on different racks
 */
public record Placement(IVpc vpc, ISubnet subnet, ISecurityGroup securityGroup, PlacementGroup racks) {}
