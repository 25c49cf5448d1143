package io.enifailover.floating;

import static io.enifailover.Synthesis.json;
import static io.enifailover.Synthesis.resource;
import static io.enifailover.Synthesis.resources;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.enifailover.Synthesis;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @Test
    void grantsTheMoveOfThisInterfaceBetweenItsOwnServersAndNothingElse() {
        assertThat(resource(template, "AWS::IAM::Policy", "PairFloatingMove")
                        .at("/Properties/PolicyDocument/Statement"))
                .isEqualTo(json("""
                                [{"Sid": "MoveThisInterface",
                                  "Effect": "Allow",
                                  "Action": ["ec2:AttachNetworkInterface", "ec2:DetachNetworkInterface"],
                                  "Resource": {"Fn::Join": ["", [
                                      "arn:aws:ec2:us-east-1:123456789012:network-interface/",
                                      {"Fn::GetAtt": ["PairFloatingInterface7D70B22F", "Id"]}]]}},
                                 {"Sid": "BetweenItsServers",
                                  "Effect": "Allow",
                                  "Action": ["ec2:AttachNetworkInterface", "ec2:DetachNetworkInterface",
                                      "ec2:StartInstances", "ec2:StopInstances"],
                                  "Resource": "arn:aws:ec2:us-east-1:123456789012:instance/*",
                                  "Condition": {"StringEquals": {"aws:ResourceTag/eni-failover:interface":
                                      {"Fn::GetAtt": ["PairFloatingInterface7D70B22F", "Id"]}}}},
                                 {"Sid": "Observe",
                                  "Effect": "Allow",
                                  "Action": ["ec2:DescribeInstances", "ec2:DescribeNetworkInterfaces"],
                                  "Resource": "*"}]"""));
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
