package io.enifailover.cdk.floating;

import static io.enifailover.app.Synthesis.json;
import static io.enifailover.app.Synthesis.resource;
import static io.enifailover.app.Synthesis.resources;
import static io.enifailover.app.Synthesis.template;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.enifailover.app.Synthesis;
import io.enifailover.protocol.HealthCheck;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.sqs.Queue;

class FloatingInterfaceTest {
    private static JsonNode template;

    @BeforeAll
    static void synthesize() {
        template = Synthesis.template(Map.of());
    }

    @Test
    void keepsTheLogicalIdsOfItsInterfaceAndItsAddress() {
        assertThat(resources(template, "AWS::EC2::NetworkInterface")).containsOnlyKeys("PairFloatingInterface7D70B22F");
        assertThat(resources(template, "AWS::EC2::EIP")).containsKey("PairFloatingAddress47F54E2D");
    }

    @Test
    void hasThePrivateAddress() {
        assertThat(resource(template, "AWS::EC2::NetworkInterface", "Pair")
                        .at("/Properties/PrivateIpAddress")
                        .asText())
                .isEqualTo("10.0.0.25");
    }

    @Test
    void bindsItsAddressToTheInterfaceAndNotToAServer() {
        assertThat(resource(template, "AWS::EC2::EIPAssociation", "PairFloating")
                        .path("Properties"))
                .isEqualTo(json("""
                        {"AllocationId": {"Fn::GetAtt": ["PairFloatingAddress47F54E2D", "AllocationId"]},
                         "NetworkInterfaceId": {"Fn::GetAtt": ["PairFloatingInterface7D70B22F", "Id"]}}"""));
    }

    /** In an update that replaces the interface, clients are served at the old one until both new servers serve. */
    @Test
    void takesItsAddressOnlyOnceBothServersServe() {
        assertThat(resource(template, "AWS::EC2::EIPAssociation", "PairFloating")
                        .path("DependsOn")
                        .valueStream()
                        .map(JsonNode::asText)
                        .toList())
                .containsAll(resources(template, "AWS::EC2::Instance").keySet());
    }

    @Test
    void hasNoAttachmentThatCouldDriftFromTheLiveOne() {
        assertThat(resources(template, "AWS::EC2::NetworkInterfaceAttachment")).isEmpty();
        assertThat(resources(template, "AWS::EC2::Instance").values())
                .allSatisfy(server -> assertThat(server.path("Properties").has("NetworkInterfaces"))
                        .isFalse());
    }

    @Test
    void waitsForTheWayToTheInternet() {
        assertThat(resource(template, "AWS::EC2::EIP", "PairFloating").path("DependsOn"))
                .isEqualTo(json("""
                        ["PairNetworkVpcPublicSubnet1DefaultRoute70EA0DF3",
                         "PairNetworkVpcPublicSubnet1RouteTableAssociationD2AE77F6"]"""));
    }

    /** Twice to one role and once to another: each of them has the rights once. */
    @Test
    void grantsTheMoveOfThisInterfaceBetweenItsOwnServersAndNothingElse() {
        var stack = new Stack(Synthesis.app(Map.of()), "Teams");
        var floating = floating(stack);
        var one = role(stack, "One");
        var another = role(stack, "Another");

        floating.grantMove(one);
        floating.grantMove(one);
        floating.grantMove(another);

        var granted = template(stack);
        assertThat(resources(granted, "AWS::IAM::Policy").values())
                .hasSize(2)
                .allSatisfy(policy -> assertThat(policy.at("/Properties/PolicyDocument/Statement"))
                        .isEqualTo(json("""
                                [{"Effect": "Allow",
                                  "Action": ["ec2:AttachNetworkInterface", "ec2:DetachNetworkInterface"],
                                  "Resource": {"Fn::Join": ["", ["arn:",
                                      {"Ref": "AWS::Partition"}, ":ec2:", {"Ref": "AWS::Region"}, ":",
                                      {"Ref": "AWS::AccountId"}, ":network-interface/",
                                      {"Fn::GetAtt": ["FloatingInterface%1$s", "Id"]}]]}},
                                 {"Effect": "Allow",
                                  "Action": ["ec2:AttachNetworkInterface", "ec2:DetachNetworkInterface",
                                      "ec2:StartInstances", "ec2:StopInstances"],
                                  "Resource": {"Fn::Join": ["", ["arn:",
                                      {"Ref": "AWS::Partition"}, ":ec2:", {"Ref": "AWS::Region"}, ":",
                                      {"Ref": "AWS::AccountId"}, ":instance/*"]]},
                                  "Condition": {"StringEquals": {
                                      "aws:ResourceTag/eni-failover:interface":
                                          {"Fn::GetAtt": ["FloatingInterface%1$s", "Id"]},
                                      "aws:ResourceTag/aws:cloudformation:stack-id": {"Ref": "AWS::StackId"}}}},
                                 {"Effect": "Allow",
                                  "Action": ["ec2:DescribeInstances", "ec2:DescribeNetworkInterfaces"],
                                  "Resource": "*"}]""".formatted(suffix(granted)))));
    }

    @Test
    void letsTheCallerCreateSomethingAfterTheRightToMove() {
        var stack = new Stack(Synthesis.app(Map.of()), "Teams");
        var role = role(stack, "Mover");
        var after = Queue.Builder.create(stack, "After").build();

        var grant = floating(stack).grantMove(role);
        grant.applyBefore(after);

        assertThat(grant.getSuccess()).isTrue();
        var granted = template(stack);
        assertThat(resource(granted, "AWS::SQS::Queue", "After").path("DependsOn"))
                .contains(json("\""
                        + resources(granted, "AWS::IAM::Policy")
                                .keySet()
                                .iterator()
                                .next() + "\""));
    }

    private static FloatingInterface floating(Stack stack) {
        var vpc = Vpc.Builder.create(stack, "Vpc").maxAzs(1).natGateways(0).build();
        var group = SecurityGroup.Builder.create(stack, "Group").vpc(vpc).build();
        return new FloatingInterface(
                stack,
                "Floating",
                new FloatingInterfaceProps(
                        vpc.getPublicSubnets().get(0), "us-east-1a subnet-1", group, null, HealthCheck.tcp(80), null));
    }

    private static Role role(Stack stack, String id) {
        return Role.Builder.create(stack, id)
                .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
                .build();
    }

    /** Returns the hash in the interface's logical id. */
    private static String suffix(JsonNode template) {
        var id = resources(template, "AWS::EC2::NetworkInterface")
                .keySet()
                .iterator()
                .next();
        return id.substring("FloatingInterface".length());
    }

    @ParameterizedTest
    @CsvSource({"PairPrimary, primary", "PairStandby, standby"})
    void tellsTheServersApartByTheirRole(String server, String role) {
        assertThat(resource(template, "AWS::EC2::Instance", server).at("/Properties/Tags"))
                .contains(json("{\"Key\": \"eni-failover:role\", \"Value\": \"" + role + "\"}"));
    }

    @Test
    void marksBothServersAsItsOwn() {
        assertThat(resources(template, "AWS::EC2::Instance").values())
                .hasSize(2)
                .allSatisfy(server -> assertThat(server.at("/Properties/Tags")).contains(json("""
                                        {"Key": "eni-failover:interface",
                                         "Value": {"Fn::GetAtt": ["PairFloatingInterface7D70B22F", "Id"]}}""")));
    }
}
