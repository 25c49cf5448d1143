package io.enifailover.pair;

import io.enifailover.controller.Role;
import io.enifailover.floating.FloatingInterface;
import io.enifailover.floating.FloatingInterfaceProps;
import io.enifailover.network.PairNetwork;
import io.enifailover.review.Findings;
import io.enifailover.server.WebServer;
import io.enifailover.server.WebServerProps;
import io.enifailover.swap.InterfaceSwap;
import io.enifailover.swap.InterfaceSwapProps;
import java.util.List;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.Peer;
import software.amazon.awscdk.services.ec2.PlacementGroup;
import software.amazon.awscdk.services.ec2.PlacementGroupStrategy;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.lambda.IFunction;
import software.constructs.Construct;

/** Defines a failover pair: two web servers in one zone, and one floating interface that either of them can hold. */
public final class FailoverPair extends Construct {
    private final FloatingInterface floating;
    private final WebServer primary;
    private final WebServer standby;
    private final InterfaceSwap swap;

    public FailoverPair(Construct scope, String id, FailoverPairProps props) {
        super(scope, id);

        // An interface cannot leave its zone: one subnet for the three of them.
        var network = new PairNetwork(this, "Network", props.network());
        var web = webTraffic(network, props.clientCidrs());

        // What clients know: a private address, an Elastic IP and a MAC that stay the same whoever serves.
        floating = new FloatingInterface(
                this,
                "Floating",
                new FloatingInterfaceProps(network.subnet(), web, network.floatingAddress(props.floatingAddress())));

        // Two servers that differ in nothing but their name, never in the same rack.
        var racks = PlacementGroup.Builder.create(this, "Racks")
                .strategy(PlacementGroupStrategy.SPREAD)
                .build();
        var type = new InstanceType(props.instanceType());
        primary = new WebServer(this, "Primary", new WebServerProps(Role.PRIMARY, network, floating, web, racks, type));
        standby = new WebServer(this, "Standby", new WebServerProps(Role.STANDBY, network, floating, web, racks, type));

        // Attaches the interface, moves it when a holder is replaced or another is asked for, otherwise leaves it
        // alone.
        swap = new InterfaceSwap(
                this, "Swap", new InterfaceSwapProps(floating, primary, standby, props.holder(), props.openToAll()));
    }

    public FloatingInterface floating() {
        return floating;
    }

    public WebServer primary() {
        return primary;
    }

    public WebServer standby() {
        return standby;
    }

    /** Returns the function that moves the interface. */
    public IFunction function() {
        return swap.function();
    }

    private SecurityGroup webTraffic(PairNetwork network, List<String> clientCidrs) {
        var group = SecurityGroup.Builder.create(this, "WebTraffic")
                .vpc(network.vpc())
                .description("HTTP to the servers and to the floating address")
                .build();
        clientCidrs.forEach(cidr -> group.addIngressRule(Peer.ipv4(cidr), Port.HTTP, "HTTP from " + cidr));
        Findings.accept(group, "AwsSolutions-EC23", "A public web server: clientCidrs says who may reach port 80");
        return group;
    }
}
