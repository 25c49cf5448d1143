package io.enifailover;

import io.enifailover.cdk.floating.FloatingInterface;
import io.enifailover.cdk.floating.FloatingInterfacePropsBuilder;
import io.enifailover.cdk.function.ControllerFunction;
import io.enifailover.cdk.function.ControllerFunctionPropsBuilder;
import io.enifailover.cdk.review.Findings;
import io.enifailover.cdk.server.Placement;
import io.enifailover.cdk.server.ServerFiles;
import io.enifailover.cdk.server.ServerInstance;
import io.enifailover.cdk.server.ServerInstancePropsBuilder;
import io.enifailover.cdk.swap.InterfaceSwap;
import io.enifailover.cdk.swap.InterfaceSwapPropsBuilder;
import io.enifailover.cdk.triggers.Triggers;
import io.enifailover.cdk.triggers.TriggersPropsBuilder;
import io.enifailover.protocol.FunctionAlias;
import io.enifailover.protocol.HealthCheck;
import io.enifailover.protocol.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
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

/** Defines a failover pair: two servers in one zone, and one floating interface that either of them can hold. */
public final class FailoverPair extends Construct implements IConnectable {
    private final FailoverPairProps props;
    private final PairNetwork network;
    private final SecurityGroup traffic;
    private final FloatingInterface floating;
    private final ControllerFunction controller;
    private final ServerInstance primary;
    private final ServerInstance standby;
    private final Triggers detection;

    public FailoverPair(Construct scope, String id, FailoverPairProps props) {
        super(scope, id);
        this.props = props;
        requireEnvironment(Stack.of(this));

        // An interface cannot leave its zone, so both servers and the interface share one subnet.
        network = new PairNetwork(this, "Network", props.network());
        traffic = traffic(props.service(), props.clientCidrs());

        // What clients use: a private address, an Elastic IP and a MAC address, whichever server is active.
        floating = new FloatingInterface(
                this,
                "Floating",
                FloatingInterfacePropsBuilder.builder()
                        .subnet(network.subnet())
                        .place(network.place())
                        .securityGroup(traffic)
                        .privateAddress(network.floatingAddress(props.floatingAddress()))
                        .healthCheck(props.service().healthCheck())
                        .standbyCheck(props.service().standbyHealthCheck())
                        .build());

        // Decides which server holds the interface, and moves it. Defined first, because the watch needs its name.
        controller = new ControllerFunction(
                this,
                "Controller",
                ControllerFunctionPropsBuilder.builder()
                        .floating(floating)
                        .openToAll(props.openToAll())
                        .failover(props.failover())
                        .build());

        // Two servers on different racks that differ only in their role. The one without the interface probes it.
        var place = new Placement(network.vpc(), network.subnet(), traffic, racks());
        var files = new ServerFiles(this, "ServerFiles", props.service().install());
        primary = server("Primary", Role.PRIMARY, place, files, props);
        standby = server("Standby", Role.STANDBY, place, files, props);

        // If an update replaces the interface, clients and function use the old one until both new servers serve.
        floating.associateAddressAfter(primary, standby);
        controller.switchVersionAfter(primary, standby);

        // Attaches the interface; moves it only when its holder is replaced or a deployment names another holder.
        var swap = new InterfaceSwap(
                this,
                "Swap",
                InterfaceSwapPropsBuilder.builder()
                        .controller(controller.alias(FunctionAlias.DEPLOY))
                        .floating(floating)
                        .primary(primary)
                        .standby(standby)
                        .holder(props.holder())
                        .openToAll(props.openToAll())
                        .build());

        // The servers, EC2 and a schedule call the controller, so that the pair fails over without an operator.
        detection = new Triggers(
                this,
                "Detection",
                TriggersPropsBuilder.builder()
                        .controller(controller)
                        .primary(primary)
                        .standby(standby)
                        .swap(swap)
                        .build());
    }

    /**
     * Adds to the stack the outputs and the tag by which the operator's command finds the pair.
     *
     * @throws IllegalArgumentException if the stack has the outputs of another pair
     */
    public void addOutputs() {
        PairOutputs.add(this, props);
    }

    /** Returns the connections of the servers and of the floating address, for rules from and to other resources. */
    @Override
    public Connections getConnections() {
        return traffic.getConnections();
    }

    /** Returns the VPC of the pair, its own or the existing one, so that other resources can be added to it. */
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

    public ServerInstance primary() {
        return primary;
    }

    public ServerInstance standby() {
        return standby;
    }

    public ControllerFunction controller() {
        return controller;
    }

    public Triggers detection() {
        return detection;
    }

    /** Requires an account and a Region. The CDK needs them to look up zones and images, and fails with a stack trace otherwise. */
    private static void requireEnvironment(Stack stack) {
        var account = stack.getAccount();
        var region = stack.getRegion();
        if (Boolean.TRUE.equals(Token.isUnresolved(account)) || Boolean.TRUE.equals(Token.isUnresolved(region))) {
            throw new IllegalArgumentException(
                    "env of stack %s must be an account and a Region, for which zones and image are looked up, got %s"
                            .formatted(stack.getNode().getPath(), environment(account, region)));
        }
        // In other partitions the AWS services, including Lambda, which the watch calls, have other domain names.
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

    private ServerInstance server(String id, Role role, Placement place, ServerFiles files, FailoverPairProps props) {
        return new ServerInstance(
                this,
                id,
                ServerInstancePropsBuilder.builder()
                        .role(role)
                        .generation(props.generations().of(role))
                        .place(place)
                        .instanceType(new InstanceType(props.instanceType()))
                        .image(props.service().image())
                        .rootVolume(props.service().rootVolume())
                        .rootDevice(props.service().rootDevice())
                        .files(files)
                        .units(props.service().units())
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

    private SecurityGroup traffic(Service service, List<String> clientCidrs) {
        var group = SecurityGroup.Builder.create(this, "WebTraffic")
                .vpc(network.vpc())
                .description("Clients of the servers and of the floating address")
                .build();
        var ports = new ArrayList<Port>();
        service.tcpPorts().forEach(port -> ports.add(Port.tcp(port)));
        service.udpPorts().forEach(port -> ports.add(Port.udp(port)));
        for (var cidr : clientCidrs) {
            ports.forEach(port -> group.addIngressRule(Peer.ipv4(cidr), port, port + " from " + cidr));
        }
        Stream.of(service.healthCheck(), service.standbyHealthCheck())
                .filter(Objects::nonNull)
                .map(HealthCheck::port)
                .distinct()
                .forEach(port ->
                        group.addIngressRule(group, Port.tcp(port), port + " from server to server, for the watch"));
        Findings.accept(group, "AwsSolutions-EC23", "A public service: clientCidrs says who may reach its ports");
        return group;
    }
}
