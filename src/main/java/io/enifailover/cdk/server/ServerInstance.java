package io.enifailover.cdk.server;

import io.enifailover.cdk.review.Findings;
import java.util.List;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.AmazonLinux2023ImageSsmParameterProps;
import software.amazon.awscdk.services.ec2.AmazonLinuxCpuType;
import software.amazon.awscdk.services.ec2.BlockDevice;
import software.amazon.awscdk.services.ec2.BlockDeviceVolume;
import software.amazon.awscdk.services.ec2.CfnEIP;
import software.amazon.awscdk.services.ec2.CfnEIPAssociation;
import software.amazon.awscdk.services.ec2.Connections;
import software.amazon.awscdk.services.ec2.EbsDeviceOptions;
import software.amazon.awscdk.services.ec2.EbsDeviceVolumeType;
import software.amazon.awscdk.services.ec2.HttpTokens;
import software.amazon.awscdk.services.ec2.IConnectable;
import software.amazon.awscdk.services.ec2.IInstance;
import software.amazon.awscdk.services.ec2.IMachineImage;
import software.amazon.awscdk.services.ec2.Instance;
import software.amazon.awscdk.services.ec2.InstanceArchitecture;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.LinuxUserDataOptions;
import software.amazon.awscdk.services.ec2.MachineImage;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.UserData;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.IPrincipal;
import software.amazon.awscdk.services.iam.IRole;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.constructs.Construct;
import software.constructs.IDependable;

/** Defines a server: an instance with its own Elastic IP, which counts as created only once its service answers. */
public final class ServerInstance extends Construct implements IConnectable, IGrantable {
    private static final Duration TIME_TO_SERVE = Duration.minutes(10);

    private final Instance instance;

    public ServerInstance(Construct scope, String id, ServerInstanceProps props) {
        super(scope, id);

        var firstBoot = UserData.forLinux(
                LinuxUserDataOptions.builder().shebang("#!/bin/sh").build());
        instance = Instance.Builder.create(this, "Instance")
                .vpc(props.place().vpc())
                .vpcSubnets(SubnetSelection.builder()
                        .subnets(List.of(props.place().subnet()))
                        .build())
                .instanceType(props.instanceType())
                .machineImage(props.image() == null ? amazonLinux(props.instanceType()) : props.image())
                .httpTokens(HttpTokens.REQUIRED)
                .httpPutResponseHopLimit(1)
                .blockDevices(List.of(BlockDevice.builder()
                        .deviceName(props.rootDevice())
                        .volume(BlockDeviceVolume.ebs(
                                props.rootVolume(),
                                EbsDeviceOptions.builder()
                                        .volumeType(EbsDeviceVolumeType.GP3)
                                        .encrypted(true)
                                        .build()))
                        .build()))
                .securityGroup(props.place().securityGroup())
                .placementGroup(props.place().racks())
                .userData(firstBoot)
                .userDataCausesReplacement(true)
                .resourceSignalTimeout(TIME_TO_SERVE)
                .build();
        props.floating().admit(instance, props.role());
        firstBoot.addCommands(new FirstBoot(props, instance).script());

        var online = props.place().subnet().getInternetConnectivityEstablished();
        instance.getInstance().getNode().addDependency(online);
        giveOwnAddress(online);
        props.files().grantRead(instance);
        allowFirstBoot();
        allowSessions();
        acceptFindings();
    }

    public String instanceId() {
        return instance.getInstanceId();
    }

    /** Returns the instance, for metrics, alarms and other constructs. */
    public IInstance instance() {
        return instance;
    }

    @Override
    public Connections getConnections() {
        return instance.getConnections();
    }

    /** Returns the principal of its role, for permissions on other resources. */
    @Override
    public IPrincipal getGrantPrincipal() {
        return instance.getGrantPrincipal();
    }

    /** Returns the IAM role with which it calls AWS. */
    public IRole role() {
        return instance.getRole();
    }

    /**
     * Associates an Elastic IP with the first interface: after a stop and start, EC2 assigns an automatic address only
     * to an instance with one interface, and the holder has two. The first boot uses the automatic address.
     */
    private void giveOwnAddress(IDependable online) {
        var address = CfnEIP.Builder.create(this, "Address").domain("vpc").build();
        address.getNode().addDependency(online);
        var association = CfnEIPAssociation.Builder.create(this, "AddressOnInstance")
                .allocationId(address.getAttrAllocationId())
                .instanceId(instanceId())
                .build();

        // Created, replaced and deleted together with the server. With an id of its own, an update would delete the old
        // association before it creates the new one, and a rollback could not restore it: EC2 refuses to associate an
        // address with an instance that has two interfaces.
        var server = instance.getInstance().getLogicalId();
        address.overrideLogicalId(server + "Address");
        association.overrideLogicalId(server + "AddressOnInstance");
    }

    /**
     * Only the five actions that Session Manager needs: AmazonSSMManagedInstanceCore also reads every parameter of the
     * account. See https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCloud9SSMInstanceProfile.html
     */
    private void allowSessions() {
        instance.addToRolePolicy(PolicyStatement.Builder.create()
                .sid("SessionManager")
                .actions(List.of(
                        "ssm:UpdateInstanceInformation",
                        "ssmmessages:CreateControlChannel",
                        "ssmmessages:CreateDataChannel",
                        "ssmmessages:OpenControlChannel",
                        "ssmmessages:OpenDataChannel"))
                .resources(List.of("*"))
                .build());
    }

    /** What the first boot calls: EC2 for the MAC address of the interface, and CloudFormation, which waits for its signal. */
    private void allowFirstBoot() {
        instance.addToRolePolicy(PolicyStatement.Builder.create()
                .sid("FloatingMacAddress")
                .actions(List.of("ec2:DescribeNetworkInterfaces"))
                .resources(List.of("*"))
                .build());
        instance.addToRolePolicy(PolicyStatement.Builder.create()
                .sid("FirstBootSignal")
                .actions(List.of("cloudformation:SignalResource"))
                .resources(List.of(Stack.of(this).getStackId()))
                .build());
    }

    private void acceptFindings() {
        Findings.accept(
                instance,
                "CloudFormation-Validate::W9010",
                "The image is pinned in cdk.context.json, so that only a deliberate upgrade replaces a server");
        Findings.accept(
                instance.getRole().getNode().findChild("DefaultPolicy"),
                "AwsSolutions-IAM5",
                "Neither Session Manager's channels nor EC2's Describe calls can be narrowed to a resource");
        Findings.accept(
                instance,
                "AwsSolutions-EC28",
                "The pair is watched each second by itself; five-minute metrics are enough for the rest");
        Findings.accept(
                instance,
                "AwsSolutions-EC29",
                "A server holds no state, and protection would stop CloudFormation from replacing it");
    }

    private static IMachineImage amazonLinux(InstanceType type) {
        return MachineImage.latestAmazonLinux2023(AmazonLinux2023ImageSsmParameterProps.builder()
                .cpuType(cpuTypeOf(type))
                .cachedInContext(true)
                .build());
    }

    private static AmazonLinuxCpuType cpuTypeOf(InstanceType type) {
        return type.getArchitecture() == InstanceArchitecture.ARM_64
                ? AmazonLinuxCpuType.ARM_64
                : AmazonLinuxCpuType.X86_64;
    }
}
