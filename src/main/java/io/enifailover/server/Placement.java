package io.enifailover.server;

import io.enifailover.network.PairNetwork;
import software.amazon.awscdk.services.ec2.ISecurityGroup;
import software.amazon.awscdk.services.ec2.PlacementGroup;

/**
 * Where both servers of a pair are.
 *
 * @param network       VPC and subnet
 * @param securityGroup group of their own addresses
 * @param racks         placement that keeps the two apart
 */
public record Placement(PairNetwork network, ISecurityGroup securityGroup, PlacementGroup racks) {}
