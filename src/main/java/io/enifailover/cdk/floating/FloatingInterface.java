package io.enifailover.cdk.floating;

import io.enifailover.function.PairServers;
import io.enifailover.protocol.Role;
import io.enifailover.protocol.WitnessedService;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.CfnEIP;
import software.amazon.awscdk.services.ec2.CfnEIPAssociation;
import software.amazon.awscdk.services.ec2.CfnInstance;
import software.amazon.awscdk.services.ec2.CfnNetworkInterface;
import software.amazon.awscdk.services.ec2.Connections;
import software.amazon.awscdk.services.ec2.IConnectable;
import software.amazon.awscdk.services.ec2.ISecurityGroup;
import software.amazon.awscdk.services.ec2.Instance;
import software.amazon.awscdk.services.iam.Grant;
import software.amazon.awscdk.services.iam.GrantOnPrincipalOptions;
import software.amazon.awscdk.services.iam.IGrantable;
import software.constructs.Construct;
import software.constructs.IDependable;

/** Defines the interface that moves, with its fixed private address, its own Elastic IP and its MAC address. */
public final class FloatingInterface extends Construct implements IConnectable {
    private final CfnNetworkInterface networkInterface;
    private final CfnEIP elasticIp;
    private final CfnEIPAssociation association;
    private final String identity;
    private final WitnessedService witnessed;
    private final ISecurityGroup securityGroup;

    public FloatingInterface(Construct scope, String id, FloatingInterfaceProps props) {
        super(scope, id);

        securityGroup = props.securityGroup();
        networkInterface = CfnNetworkInterface.Builder.create(this, "Interface")
                .description("Floating interface of " + getNode().getPath())
                .subnetId(props.subnet().getSubnetId())
                .groupSet(List.of(securityGroup.getSecurityGroupId()))
                .privateIpAddress(props.privateAddress())
                .build();

        elasticIp = CfnEIP.Builder.create(this, "Address").domain("vpc").build();
        elasticIp.getNode().addDependency(props.subnet().getInternetConnectivityEstablished());

        // By interface, not by instance: the address then follows every move without another call.
        association = CfnEIPAssociation.Builder.create(this, "AddressOnInterface")
                .allocationId(elasticIp.getAttrAllocationId())
                .networkInterfaceId(interfaceId())
                .build();

        witnessed = new WitnessedService(publicAddress(), props.healthCheck(), props.standbyCheck());
        identity = props.place() + " " + (props.privateAddress() == null ? "any address" : props.privateAddress());
    }

    @Override
    public Connections getConnections() {
        return securityGroup.getConnections();
    }

    public String interfaceId() {
        return networkInterface.getAttrId();
    }

    /**
     * Returns a text, known at synthesis, that changes whenever CloudFormation replaces the interface.
     *
     * <p>The interface's id is an attribute, whose expression in the template stays the same when the interface is
     * replaced. Resources that are compared by their text must also contain this one: a published version of a
     * function, which would keep the old id (https://github.com/aws/aws-cdk/issues/25997), and user data, which would
     * change in place.
     */
    public String identity() {
        return identity;
    }

    /** Returns the private IPv4 address, the same on either server. */
    public String privateAddress() {
        return networkInterface.getAttrPrimaryPrivateIpAddress();
    }

    /** Returns the Elastic IP. */
    public String publicAddress() {
        return elasticIp.getAttrPublicIp();
    }

    /** Returns what can be checked from outside, at the address that clients use and at those of the servers. */
    public WitnessedService witnessed() {
        return witnessed;
    }

    /**
     * Moves the Elastic IP to this interface only once these servers exist. In an update that replaces the interface,
     * clients are served at the old one until then.
     */
    public void associateAddressAfter(IDependable... servers) {
        association.getNode().addDependency(servers);
    }

    /** Tags a server as one of those between which the interface may be moved. */
    public void admit(Instance server, Role role) {
        var tags = ((CfnInstance) server.getNode().getDefaultChild()).getTags();
        tags.setTag(PairServers.PAIR_TAG, interfaceId());
        tags.setTag(PairServers.ROLE_TAG, role.toString());
    }

    /**
     * Grants the right to move this interface between its servers, and to stop and start them: a server that has stopped
     * responding may have to be stopped before it releases the interface, and started before it can be used again.
     *
     * <p>The servers are named by their tags and not by id: while a server is being replaced, the permission has to cover
     * the old one and the new one. One of the tags is CloudFormation's, which users cannot set.
     */
    public Grant grantMove(IGrantable grantee) {
        var move = Grant.addToPrincipal(GrantOnPrincipalOptions.builder()
                .grantee(grantee)
                .actions(List.of("ec2:AttachNetworkInterface", "ec2:DetachNetworkInterface"))
                .resourceArns(List.of(arn("network-interface", interfaceId())))
                .build());
        var betweenItsServers = Grant.addToPrincipal(GrantOnPrincipalOptions.builder()
                .grantee(grantee)
                .actions(List.of(
                        "ec2:AttachNetworkInterface",
                        "ec2:DetachNetworkInterface",
                        "ec2:StartInstances",
                        "ec2:StopInstances"))
                .resourceArns(List.of(arn("instance", "*")))
                .conditions(Map.of("StringEquals", ofItsServers()))
                .build());
        // EC2's Describe actions cannot be limited to a resource.
        var observe = Grant.addToPrincipal(GrantOnPrincipalOptions.builder()
                .grantee(grantee)
                .actions(List.of("ec2:DescribeInstances", "ec2:DescribeNetworkInterfaces"))
                .resourceArns(List.of("*"))
                .build());
        return move.combine(betweenItsServers).combine(observe);
    }

    private Map<String, String> ofItsServers() {
        var tags = new LinkedHashMap<String, String>();
        tags.put("aws:ResourceTag/" + PairServers.PAIR_TAG, interfaceId());
        tags.put("aws:ResourceTag/" + PairServers.STACK_TAG, Stack.of(this).getStackId());
        return tags;
    }

    private String arn(String resource, String name) {
        return Stack.of(this)
                .formatArn(ArnComponents.builder()
                        .service("ec2")
                        .resource(resource)
                        .resourceName(name)
                        .build());
    }
}
