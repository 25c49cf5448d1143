package io.enifailover;

import static io.enifailover.app.Synthesis.resource;
import static io.enifailover.app.Synthesis.resources;
import static io.enifailover.app.Synthesis.template;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import io.enifailover.Network.ExistingVpc;
import io.enifailover.app.Synthesis;
import io.enifailover.protocol.PairStack;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.ec2.IConnectable;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ec2.VpcAttributes;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.sns.Topic;

class FailoverPairTest {

    @Test
    void livesInAnExistingVpc() {
        var stack = stack();

        new FailoverPair(
                stack,
                "Pair",
                FailoverPairProps.builder()
                        .network(Network.of(existingVpc(stack)))
                        .build());

        var template = template(stack);
        assertThat(resources(template, "AWS::EC2::VPC")).isEmpty();
        assertThat(resources(template, "AWS::EC2::Instance").values())
                .hasSize(2)
                .allSatisfy(server ->
                        assertThat(server.at("/Properties/SubnetId").asText()).isEqualTo("subnet-a"));
    }

    @Test
    void addsWhatTheOperatorsCommandLooksFor() {
        var stack = stack();
        var pair = new FailoverPair(
                stack,
                "Pair",
                FailoverPairProps.builder()
                        .network(Network.of(existingVpc(stack)))
                        .build());

        pair.addOutputs();

        assertThat(Synthesis.names(template(stack).path("Outputs")))
                .contains(
                        PairStack.SERVICE_URL,
                        PairStack.SERVICE_NAME,
                        PairStack.HEALTH_URL,
                        PairStack.HEALTH_CHECK,
                        PairStack.INTERFACE_ID,
                        PairStack.FUNCTION_NAME,
                        PairStack.LOG_GROUP_NAME);
        assertThat(App.of(stack))
                .isInstanceOfSatisfying(
                        App.class,
                        app -> assertThat(app.synth()
                                        .getStackArtifact(stack.getArtifactId())
                                        .getTags())
                                .containsExactly(entry(PairStack.TAG, PairStack.TAG_VALUE)));
    }

    /** A stack's outputs have one name each, and the command reads them by name. */
    @Test
    void addsTheOutputsOfOnePairOnly() {
        var stack = stack();
        var settings = FailoverPairProps.builder()
                .network(Network.of(existingVpc(stack)))
                .build();
        new FailoverPair(stack, "Shop", settings).addOutputs();
        var blog = new FailoverPair(stack, "Blog", settings);

        assertThatIllegalArgumentException()
                .isThrownBy(blog::addOutputs)
                .withMessageMatching("outputs of stack \\S+ must be those of one pair, got \\S+/Blog as another one");
    }

    /** What is free in somebody else's subnet only EC2 knows. */
    @Test
    void leavesTheAddressInAnExistingVpcToEc2UnlessToldOtherwise() {
        var stack = stack();
        var vpc = existingVpc(stack);

        new FailoverPair(
                stack,
                "Any",
                FailoverPairProps.builder().network(Network.of(vpc)).build());
        new FailoverPair(
                stack,
                "This",
                FailoverPairProps.builder()
                        .network(Network.of(vpc))
                        .floatingAddress("172.31.0.99")
                        .build());

        var template = template(stack);
        assertThat(resource(template, "AWS::EC2::NetworkInterface", "Any")
                        .path("Properties")
                        .has("PrivateIpAddress"))
                .isFalse();
        assertThat(resource(template, "AWS::EC2::NetworkInterface", "This")
                        .at("/Properties/PrivateIpAddress")
                        .asText())
                .isEqualTo("172.31.0.99");
    }

    @Test
    void takesTheSubnetOfTheZoneAskedFor() {
        var stack = stack();

        new FailoverPair(
                stack,
                "Pair",
                FailoverPairProps.builder()
                        .network(new ExistingVpc(existingVpc(stack), "us-east-1b"))
                        .build());

        assertThat(resources(template(stack), "AWS::EC2::Instance").values())
                .allSatisfy(server ->
                        assertThat(server.at("/Properties/SubnetId").asText()).isEqualTo("subnet-b"));
    }

    @Test
    void doesNotCollideWithAnotherPairInTheSameStackAndVpc() {
        var stack = stack();
        var vpc = existingVpc(stack);

        new FailoverPair(
                stack,
                "Shop",
                FailoverPairProps.builder().network(Network.of(vpc)).build());
        new FailoverPair(
                stack,
                "Blog",
                FailoverPairProps.builder().network(Network.of(vpc)).build());

        var template = template(stack);
        assertThat(resources(template, "AWS::EC2::Instance")).hasSize(4);
        assertThat(resources(template, "AWS::EC2::EIP")).hasSize(6);
        assertThat(resources(template, "Custom::InterfaceSwap")).hasSize(2);
        assertThat(resources(template, "AWS::DynamoDB::Table")).hasSize(2);
        assertThat(resources(template, "AWS::SQS::Queue")).hasSize(2);
        assertThat(resources(template, "AWS::Events::Rule")).hasSize(4);
        assertThat(resources(template, "AWS::Lambda::Permission")).hasSize(8);
    }

    /** The template refers to the subnet by an expression that stays the same when CloudFormation replaces the subnet. */
    @Test
    void replacesItsServersTogetherWithASubnetOfTheSameStack() {
        assertThat(serversIn(vpcWithSubnetsOf(26))).doesNotContainAnyElementsOf(serversIn(vpcWithSubnetsOf(25)));
        assertThat(serversIn(vpcWithSubnetsOf(25))).isEqualTo(serversIn(vpcWithSubnetsOf(25)));
    }

    private static Set<String> serversIn(Stack stack) {
        return resources(template(stack), "AWS::EC2::Instance").keySet();
    }

    private static Stack vpcWithSubnetsOf(int bits) {
        var stack = stack();
        var vpc = Vpc.Builder.create(stack, "Vpc")
                .maxAzs(1)
                .natGateways(0)
                .subnetConfiguration(List.of(SubnetConfiguration.builder()
                        .name("Public")
                        .subnetType(SubnetType.PUBLIC)
                        .cidrMask(bits)
                        .build()))
                .build();
        new FailoverPair(
                stack,
                "Pair",
                FailoverPairProps.builder().network(Network.of(vpc)).build());
        return stack;
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "-, -, neither",
                "123456789012, -, only account 123456789012",
                "-, us-east-1, only Region us-east-1"
            },
            nullValues = "-")
    void refusesAStackWithoutAccountOrRegion(@Nullable String account, @Nullable String region, String got) {
        var stack = new Stack(
                Synthesis.app(Map.of()),
                "Anywhere",
                StackProps.builder()
                        .env(Environment.builder()
                                .account(account)
                                .region(region)
                                .build())
                        .build());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FailoverPair(
                        stack, "Pair", FailoverPairProps.builder().build()))
                .withMessage("env of stack Anywhere must be an account and a Region,"
                        + " for which zones and image are looked up, got " + got);
    }

    @Test
    void refusesARegionOfAnotherPartition() {
        var stack = Synthesis.stackIn("cn-north-1", "China");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FailoverPair(
                        stack, "Pair", FailoverPairProps.builder().build()))
                .withMessage("Region of stack China must be one of the partition aws, got cn-north-1 of aws-cn");
    }

    @ParameterizedTest
    @MethodSource
    void connectsToOtherResources(Function<FailoverPair, IConnectable> part) {
        var stack = stack();
        var database = SecurityGroup.Builder.create(stack, "Database")
                .vpc(existingVpc(stack))
                .build();

        database.getConnections().allowFrom(part.apply(pairIn(stack)), Port.POSTGRES);

        var rule = resource(template(stack), "AWS::EC2::SecurityGroupIngress", "Database")
                .path("Properties");
        assertThat(rule.path("FromPort").asInt()).isEqualTo(5432);
        assertThat(rule.at("/SourceSecurityGroupId/Fn::GetAtt/0").asText()).startsWith("PairWebTraffic");
    }

    static List<Function<FailoverPair, IConnectable>> connectsToOtherResources() {
        return List.of(pair -> pair, FailoverPair::primary, FailoverPair::standby, FailoverPair::floating);
    }

    @ParameterizedTest
    @MethodSource
    void grantsAccessToOtherResourcesToOneRole(Function<FailoverPair, IGrantable> part, String role) {
        var stack = stack();

        Topic.Builder.create(stack, "Orders").build().grantPublish(part.apply(pairIn(stack)));

        assertThat(resources(template(stack), "AWS::IAM::Policy").entrySet().stream()
                        .filter(policy -> policy.getValue().toString().contains("sns:Publish"))
                        .map(policy -> policy.getKey().replaceFirst("DefaultPolicy.*", "")))
                .containsExactly(role);
    }

    static List<Arguments> grantsAccessToOtherResourcesToOneRole() {
        return List.of(
                grantable(FailoverPair::primary, "PairPrimaryInstanceInstanceRole"),
                grantable(FailoverPair::standby, "PairStandbyInstanceInstanceRole"),
                grantable(FailoverPair::controller, "PairControllerRole"));
    }

    private static Arguments grantable(Function<FailoverPair, IGrantable> part, String role) {
        return Arguments.of(part, role);
    }

    @Test
    void showsItsPartsToOtherResources() {
        var stack = stack();
        var pair = pairIn(stack);

        assertThat(stack.resolve(pair.vpc().getVpcId()).toString()).startsWith("{Ref=PairNetworkVpc");
        assertThat(stack.resolve(pair.subnet().getSubnetId()).toString())
                .startsWith("{Ref=PairNetworkVpcPublicSubnet1");
        assertThat(pair.primary().instance().getInstanceId())
                .isEqualTo(pair.primary().instanceId());
        assertThat(stack.resolve(pair.detection().unanswered().getQueueArn()).toString())
                .startsWith("{Fn::GetAtt=[PairDetectionUnanswered");
        assertThat(stack.resolve(pair.controller().table().getTableArn()).toString())
                .startsWith("{Fn::GetAtt=[PairControllerRecordTable");
    }

    /** A name would be wanted by a second pair, or by a second stack, too. */
    @Test
    void givesNothingAPhysicalName() {
        var stack = stack();
        new FailoverPair(
                stack,
                "Pair",
                FailoverPairProps.builder()
                        .network(Network.of(existingVpc(stack)))
                        .build());

        for (var resource : template(stack).path("Resources")) {
            for (var name : List.of(
                    "FunctionName",
                    "RoleName",
                    "LogGroupName",
                    "GroupName",
                    "InstanceProfileName",
                    "TableName",
                    "QueueName",
                    "AlarmName")) {
                assertThat(resource.path("Properties").path(name).isTextual())
                        .as(resource.path("Type").asText() + " " + name)
                        .isFalse();
            }
        }
    }

    private static FailoverPair pairIn(Stack stack) {
        return new FailoverPair(stack, "Pair", FailoverPairProps.builder().build());
    }

    private static Stack stack() {
        return Synthesis.stackIn("us-east-1", "Teams");
    }

    private static IVpc existingVpc(Stack stack) {
        return Vpc.fromVpcAttributes(
                stack,
                "Vpc",
                VpcAttributes.builder()
                        .vpcId("vpc-1")
                        .availabilityZones(List.of("us-east-1a", "us-east-1b"))
                        .publicSubnetIds(List.of("subnet-a", "subnet-b"))
                        .publicSubnetRouteTableIds(List.of("rtb-a", "rtb-b"))
                        .build());
    }
}
