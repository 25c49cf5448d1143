package io.enifailover;

import inet.ipaddr.ipv4.IPv4Address;
import io.enifailover.Network.ExistingVpc;
import io.enifailover.Network.NewVpc;
import io.enifailover.cdk.review.Findings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.Token;
import software.amazon.awscdk.services.ec2.FlowLogDestination;
import software.amazon.awscdk.services.ec2.FlowLogOptions;
import software.amazon.awscdk.services.ec2.ISubnet;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.IpAddresses;
import software.amazon.awscdk.services.ec2.Subnet;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;

/** Defines the network of a pair: public subnets only, no NAT gateway, one subnet for both servers and the interface. */
public final class PairNetwork extends Construct {
    /** Enough for 8 zones, more than any Region has. */
    private static final int ZONE_BITS = 3;

    private static final int LONGEST_USEFUL_PREFIX = 24;
    private static final int DEFAULT_HOST = 25;

    private final IVpc vpc;
    private final ISubnet subnet;
    private final @Nullable IPv4Address knownBlock;

    public PairNetwork(Construct scope, String id, Network network) {
        super(scope, id);
        if (network instanceof NewVpc wanted) {
            var zones = Stack.of(this).getAvailabilityZones();
            vpc = newVpc(wanted, zones);
            subnet = vpc.getPublicSubnets().get(indexOf(wanted.zone(), zones));
            knownBlock = Ipv4.block("subnet", subnet.getIpv4CidrBlock(), 0, 32);
        } else {
            var existing = (ExistingVpc) network;
            var subnets = existing.vpc().getPublicSubnets();
            vpc = existing.vpc();
            subnet = subnets.get(indexOf(existing.zone(), zonesOf(subnets)));
            knownBlock = null;
        }
        Findings.accept(
                this,
                "CloudFormation-Validate::W3010",
                "A pair stays in one zone, and cdk.context.json keeps the zones of account and Region");
    }

    public IVpc vpc() {
        return vpc;
    }

    /** Returns the subnet of both servers and of the floating interface. */
    public ISubnet subnet() {
        return subnet;
    }

    /**
     * Returns zone and subnet as text, as far as they are known at synthesis. This text changes with the subnet. A reference
     * would stay the same in the template when CloudFormation replaces the subnet.
     */
    public String place() {
        return literal(subnet.getAvailabilityZone()) + " " + subnetIdentity();
    }

    private String subnetIdentity() {
        var id = subnet.getSubnetId();
        if (!Token.isUnresolved(id)) {
            return id;
        }
        return subnet instanceof Subnet created
                ? literal(created.getIpv4CidrBlock())
                : subnet.getNode().getPath();
    }

    private static String literal(String value) {
        return Token.isUnresolved(value) ? "unknown" : value;
    }

    /**
     * Returns the private address for the floating interface: the requested one; otherwise, in a VPC of the pair's own, the
     * 25th address of the subnet; otherwise null, so that EC2 chooses a free one.
     *
     * @param requested dotted decimal, or null
     * @throws IllegalArgumentException if the address cannot be used in this subnet
     */
    public @Nullable String floatingAddress(@Nullable String requested) {
        if (knownBlock == null) {
            return requested;
        }
        var lowest = knownBlock.getLower();
        if (requested == null) {
            return lowest.increment(DEFAULT_HOST).withoutPrefixLength().toString();
        }
        // The first four addresses and the last are AWS's own:
        // https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
        var first = lowest.increment(4);
        var last = knownBlock.getUpper().increment(-1);
        var address = Ipv4.address("floatingAddress", requested);
        if (address.compareTo(first.withoutPrefixLength()) < 0 || address.compareTo(last.withoutPrefixLength()) > 0) {
            throw new IllegalArgumentException("floatingAddress must be one of " + first.withoutPrefixLength() + " to "
                    + last.withoutPrefixLength() + ", the free addresses of the pair's subnet, got " + requested);
        }
        return requested;
    }

    private Vpc newVpc(NewVpc wanted, List<String> zones) {
        var prefix = Ipv4.block("vpcCidr", wanted.vpcCidr(), 16, 24).getPrefixLength();
        var created = Vpc.Builder.create(this, "Vpc")
                .ipAddresses(IpAddresses.cidr(wanted.vpcCidr()))
                .availabilityZones(zones)
                .natGateways(0)
                .subnetConfiguration(List.of(SubnetConfiguration.builder()
                        .name("Public")
                        .subnetType(SubnetType.PUBLIC)
                        .cidrMask(Math.max(LONGEST_USEFUL_PREFIX, prefix + ZONE_BITS))
                        .build()))
                // To empty the default security group, the CDK would add a second function that may change security
                // groups. Nothing uses the default group.
                .restrictDefaultSecurityGroup(false)
                .build();
        created.addFlowLog(
                "FlowLog",
                FlowLogOptions.builder()
                        .destination(FlowLogDestination.toCloudWatchLogs(LogGroup.Builder.create(this, "FlowLogs")
                                .retention(RetentionDays.ONE_MONTH)
                                .removalPolicy(RemovalPolicy.DESTROY)
                                .build()))
                        .build());
        return created;
    }

    private static int indexOf(@Nullable String zone, List<String> zones) {
        // Before the CDK CLI has looked up the zones, it passes dummy values; it then synthesizes again.
        if (zone == null || zones.get(0).startsWith("dummy")) {
            return 0;
        }
        var index = zones.indexOf(zone);
        if (index < 0) {
            throw new IllegalArgumentException("zone must be one of " + String.join(", ", zones) + ", got " + zone);
        }
        return index;
    }

    private static List<String> zonesOf(List<ISubnet> subnets) {
        return subnets.stream().map(ISubnet::getAvailabilityZone).toList();
    }
}
