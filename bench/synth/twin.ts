// The same kinds of resources as EniFailover, as `cdk init app --language typescript` would have them written.
// Only for the comparison of synthesis times: it is never deployed.
import * as cdk from "aws-cdk-lib";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as logs from "aws-cdk-lib/aws-logs";

const app = new cdk.App();
const stack = new cdk.Stack(app, "Twin", { env: { account: "123456789012", region: "us-east-1" } });

const vpc = new ec2.Vpc(stack, "Vpc", {
  availabilityZones: stack.availabilityZones,
  natGateways: 0,
  subnetConfiguration: [{ name: "Public", subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24 }],
  restrictDefaultSecurityGroup: false,
});
vpc.addFlowLog("FlowLog", {
  destination: ec2.FlowLogDestination.toCloudWatchLogs(
    new logs.LogGroup(stack, "FlowLogs", { retention: logs.RetentionDays.ONE_MONTH }),
  ),
});
const subnet = vpc.publicSubnets[0];
const group = new ec2.SecurityGroup(stack, "WebTraffic", { vpc });
group.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTP);

const floating = new ec2.CfnNetworkInterface(stack, "Interface", {
  subnetId: subnet.subnetId,
  groupSet: [group.securityGroupId],
  privateIpAddress: "10.0.0.25",
});
const address = new ec2.CfnEIP(stack, "Address", { domain: "vpc" });
address.node.addDependency(subnet.internetConnectivityEstablished);
new ec2.CfnEIPAssociation(stack, "AddressOnInterface", {
  allocationId: address.attrAllocationId,
  networkInterfaceId: floating.attrId,
});

const racks = new ec2.PlacementGroup(stack, "Racks", { strategy: ec2.PlacementGroupStrategy.SPREAD });
const [primary, standby] = ["Primary", "Standby"].map((role) => {
  const userData = ec2.UserData.forLinux();
  userData.addCommands(`echo ${role}`);
  const server = new ec2.Instance(stack, role, {
    vpc,
    vpcSubnets: { subnets: [subnet] },
    instanceType: new ec2.InstanceType("t4g.micro"),
    machineImage: ec2.MachineImage.latestAmazonLinux2023({
      cpuType: ec2.AmazonLinuxCpuType.ARM_64,
      cachedInContext: true,
    }),
    httpTokens: ec2.HttpTokens.REQUIRED,
    securityGroup: group,
    placementGroup: racks,
    userData,
    userDataCausesReplacement: true,
    resourceSignalTimeout: cdk.Duration.minutes(10),
  });
  server.addToRolePolicy(
    new iam.PolicyStatement({ actions: ["ec2:DescribeNetworkInterfaces"], resources: ["*"] }),
  );
  const own = new ec2.CfnEIP(stack, `${role}Address`, { domain: "vpc" });
  new ec2.CfnEIPAssociation(stack, `${role}AddressOnInstance`, {
    allocationId: own.attrAllocationId,
    instanceId: server.instanceId,
  });
  return server;
});

const role = new iam.Role(stack, "Role", { assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com") });
new iam.Policy(stack, "Move", {
  roles: [role],
  statements: [
    new iam.PolicyStatement({
      actions: ["ec2:AttachNetworkInterface", "ec2:DetachNetworkInterface"],
      resources: [stack.formatArn({ service: "ec2", resource: "network-interface", resourceName: floating.attrId })],
    }),
  ],
});
const mover = new lambda.Function(stack, "Function", {
  runtime: lambda.Runtime.JAVA_25,
  handler: "io.enifailover.controller.SwapHandler::handleRequest",
  code: lambda.Code.fromAsset(process.env.FUNCTION_PACKAGE!),
  snapStart: lambda.SnapStartConf.ON_PUBLISHED_VERSIONS,
  logGroup: new logs.LogGroup(stack, "Logs"),
  role,
});
const live = new lambda.Alias(stack, "Live", { aliasName: "live", version: mover.currentVersion });
new cdk.CustomResource(stack, "Swap", {
  serviceToken: live.functionArn,
  properties: { InterfaceId: floating.attrId, PrimaryId: primary.instanceId, StandbyId: standby.instanceId },
});
