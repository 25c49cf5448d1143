package io.enifailover;

import io.enifailover.cdk.floating.FloatingInterface;
import io.enifailover.cdk.floating.FloatingInterfaceProps;
import io.enifailover.cdk.function.ControllerFunction;
import io.enifailover.cdk.function.ControllerFunctionProps;
import io.enifailover.cdk.review.Findings;
import io.enifailover.cdk.server.Placement;
import io.enifailover.cdk.server.WebServer;
import io.enifailover.cdk.server.WebServerProps;
import io.enifailover.cdk.swap.InterfaceSwap;
import io.enifailover.cdk.swap.InterfaceSwapProps;
import io.enifailover.cdk.triggers.Triggers;
import io.enifailover.cdk.triggers.TriggersProps;
import io.enifailover.protocol.FunctionAlias;
import io.enifailover.protocol.HealthCheck;
import io.enifailover.protocol.Role;
import java.util.List;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.Token;
import software.amazon.awscdk.regioninfo.RegionInfo;
import software.amazon.awscdk.services.ec2.Connections;
import software.amazon.awscdk.services.ec2.IConnectable;
import software.amazon.awscdk.services.ec2.ISubnet;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.Peer;
import software.amazon.awscdk.services.ec2.PlacementGroup;
import software.amazon.awscdk.services.ec2.PlacementGroupStrategy;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.constructs.Construct;

/** Defines a failover pair: two web servers in one zone, and one floating interface that either of them can hold. */
public final class FailoverPair extends Construct implements IConnectable {
    private static final HealthCheck HEALTH_CHECK = HealthCheck.http(80, "/healthz");

    private final PairNetwork network;
    private final SecurityGroup webTraffic;
    private final FloatingInterface floating;
    private final ControllerFunction controller;
    private final WebServer primary;
    private final WebServer standby;
    private final Triggers detection;

    public FailoverPair(Construct scope, String id, FailoverPairProps props) {
        super(scope, id);
        requireEnvironment(Stack.of(this));

        // An interface cannot leave its zone: one subnet for the three of them.
        network = new PairNetwork(this, "Network", props.network());
        webTraffic = webTraffic(props.clientCidrs());

        // What clients know: a private address, an Elastic IP and a MAC that stay the same whichever server is active.
        floating = new FloatingInterface(
                this,
                "Floating",
                FloatingInterfaceProps.builder()
                        .subnet(network.subnet())
                        .place(network.place())
                        .securityGroup(webTraffic)
                        .privateAddress(network.floatingAddress(props.floatingAddress()))
                        .healthCheck(HEALTH_CHECK)
                        .build());

        // Decides who holds it, and moves it; before the servers, which know it by name.
        controller = new ControllerFunction(
                this,
                "Controller",
                ControllerFunctionProps.builder()
                        .floating(floating)
                        .openToAll(props.openToAll())
                        .failover(props.failover())
                        .build());

        // Two servers that differ in nothing but their role, never in the same rack, each watching over the other.
        var place = new Placement(network.vpc(), network.subnet(), webTraffic, racks());
        primary = server("Primary", Role.PRIMARY, place, props);
        standby = server("Standby", Role.STANDBY, place, props);

        // An update that replaces the interface keeps clients and function at the old one until both new servers serve.
        floating.associateAddressAfter(primary, standby);
        controller.switchVersionAfter(primary, standby);

        // Attaches the interface; moves it only when its holder is replaced or a deployment names another holder.
        var swap = new InterfaceSwap(
                this,
                "Swap",
                InterfaceSwapProps.builder()
                        .controller(controller.alias(FunctionAlias.DEPLOY))
                        .floating(floating)
                        .primary(primary)
                        .standby(standby)
                        .holder(props.holder())
                        .openToAll(props.openToAll())
                        .build());

        // From here on the pair saves itself: servers, EC2 and the clock call the controller.
        detection = new Triggers(
                this,
                "Detection",
                TriggersProps.builder()
                        .controller(controller)
                        .primary(primary)
                        .standby(standby)
                        .swap(swap)
                        .build());
    }

    /** Returns the connections of the servers and of the floating address, for rules from and to other resources. */
    @Override
    public Connections getConnections() {
        return webTraffic.getConnections();
    }

    /** Returns the VPC of the pair, its own or the existing one, for other resources to be in. */
    public IVpc vpc() {
        return network.vpc();
    }

    /** Returns the subnet of both servers and of the floating interface. */
    public ISubnet subnet() {
        return network.subnet();
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

    public ControllerFunction controller() {
        return controller;
    }

    public Triggers detection() {
        return detection;
    }

    /** Requires an account and a Region, for which the CDK looks up zones and images: its own error is a stack trace. */
    private static void requireEnvironment(Stack stack) {
        var account = stack.getAccount();
        var region = stack.getRegion();
        if (Boolean.TRUE.equals(Token.isUnresolved(account)) || Boolean.TRUE.equals(Token.isUnresolved(region))) {
            throw new IllegalArgumentException(
                    "env of stack %s must be an account and a Region, for which zones and image are looked up, got %s"
                            .formatted(stack.getNode().getPath(), environment(account, region)));
        }
        // AWS's services have other domains there, among them Lambda's, which the watch calls.
        var partition = RegionInfo.get(region).getPartition();
        if (partition != null && !partition.equals("aws")) {
            throw new IllegalArgumentException("Region of stack %s must be one of the partition aws, got %s of %s"
                    .formatted(stack.getNode().getPath(), region, partition));
        }
    }

    private static String environment(String account, String region) {
        if (!Boolean.TRUE.equals(Token.isUnresolved(account))) {
            return "only account " + account;
        }
        return Boolean.TRUE.equals(Token.isUnresolved(region)) ? "neither" : "only Region " + region;
    }

    private WebServer server(String id, Role role, Placement place, FailoverPairProps props) {
        return new WebServer(
                this,
                id,
                WebServerProps.builder()
                        .role(role)
                        .generation(props.generations().of(role))
                        .place(place)
                        .instanceType(new InstanceType(props.instanceType()))
                        .floating(floating)
                        .probes(props.probes())
                        .controller(controller.alias(FunctionAlias.reportOf(role)))
                        .build());
    }

    private PlacementGroup racks() {
        return PlacementGroup.Builder.create(this, "Racks")
                .strategy(PlacementGroupStrategy.SPREAD)
                .build();
    }

    private SecurityGroup webTraffic(List<String> clientCidrs) {
        var group = SecurityGroup.Builder.create(this, "WebTraffic")
                .vpc(network.vpc())
                .description("HTTP to the servers and to the floating address")
                .build();
        var port = Port.tcp(HEALTH_CHECK.port());
        clientCidrs.forEach(cidr -> group.addIngressRule(Peer.ipv4(cidr), port, "HTTP from " + cidr));
        group.addIngressRule(group, port, "HTTP from server to server, for the watch");
        Findings.accept(group, "AwsSolutions-EC23", "A public web server: clientCidrs says who may reach port 80");
        return group;
    }
}
