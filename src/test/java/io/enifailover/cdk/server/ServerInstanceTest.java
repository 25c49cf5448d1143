package io.enifailover.cdk.server;

import static io.enifailover.app.Synthesis.json;
import static io.enifailover.app.Synthesis.resource;
import static io.enifailover.app.Synthesis.resources;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.enifailover.app.Synthesis;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerInstanceTest {
    private static JsonNode template;

    @BeforeAll
    static void synthesize() {
        template = Synthesis.template(Map.of());
    }

    @Test
    void sharesTheSubnetOfTheFloatingInterface() {
        var subnets = Set.copyOf(resources(template, "AWS::EC2::Instance").values().stream()
                .map(server -> server.at("/Properties/SubnetId"))
                .toList());

        assertThat(subnets)
                .containsExactly(json("{\"Ref\": \"PairNetworkVpcPublicSubnet1Subnet1C84EA40\"}"))
                .containsExactly(
                        resource(template, "AWS::EC2::NetworkInterface", "Pair").at("/Properties/SubnetId"));
    }

    @Test
    void neverSharesARackWithTheOther() {
        assertThat(resource(template, "AWS::EC2::PlacementGroup", "PairRacks").path("Properties"))
                .contains(json("\"spread\""));
        assertThat(resources(template, "AWS::EC2::Instance").values())
                .allSatisfy(server -> assertThat(server.at("/Properties/PlacementGroupName"))
                        .isEqualTo(json("{\"Fn::GetAtt\": [\"PairRacks191A9CA1\", \"GroupName\"]}")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PairPrimary", "PairStandby"})
    void isHardened(String server) {
        var properties = resource(template, "AWS::EC2::Instance", server).path("Properties");

        assertThat(properties.path("MetadataOptions"))
                .isEqualTo(json("{\"HttpTokens\": \"required\", \"HttpPutResponseHopLimit\": 1}"));
        assertThat(properties.path("BlockDeviceMappings")).isEqualTo(json("""
                                [{"DeviceName": "/dev/xvda",
                                  "Ebs": {"Encrypted": true, "VolumeSize": 8, "VolumeType": "gp3"}}]"""));
        assertThat(properties.has("KeyName")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PairPrimary", "PairStandby"})
    void isCreatedOnlyOnceItSignalsWithinTenMinutes(String server) {
        assertThat(resource(template, "AWS::EC2::Instance", server).path("CreationPolicy"))
                .isEqualTo(json("{\"ResourceSignal\": {\"Timeout\": \"PT10M\"}}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PairPrimary", "PairStandby"})
    void hasAnAddressOfItsOwn(String role) {
        var server = logicalId(template, role);

        assertThat(resources(template, "AWS::EC2::EIP")).containsKey(server + "Address");
        assertThat(resource(template, "AWS::EC2::EIPAssociation", server).path("Properties"))
                .isEqualTo(json("{\"AllocationId\": {\"Fn::GetAtt\": [\"" + server
                        + "Address\", \"AllocationId\"]}, \"InstanceId\": {\"Ref\": \"" + server + "\"}}"));
    }

    /** Whatever CloudFormation would replace, or stop in order to change it, is another server with its own address. */
    @ParameterizedTest
    @CsvSource({
        "instanceType, t4g.small",
        "zone, us-east-1b",
        "floatingAddress, 10.0.0.30",
        "vpcCidr, 10.1.0.0/16",
        "probeInterval, 2",
        "ssm:account=123456789012:parameterName=/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-arm64"
                + ":region=us-east-1, ami-00000000000000001"
    })
    void isReplacedTogetherWithItsAddress(String setting, String value) {
        var after = Synthesis.template(Map.of(setting, value));

        for (var type : List.of("AWS::EC2::Instance", "AWS::EC2::EIPAssociation", "AWS::EC2::EIP")) {
            assertThat(ofServers(after, type))
                    .as(type)
                    .hasSize(2)
                    .doesNotContainAnyElementsOf(ofServers(template, type));
        }
    }

    @ParameterizedTest
    @CsvSource({"primaryGeneration, PairPrimary, PairStandby", "standbyGeneration, PairStandby, PairPrimary"})
    void isRebuiltAloneWhenItsGenerationIsRaised(String setting, String rebuilt, String other) {
        var after = Synthesis.template(Map.of(setting, 2));

        assertThat(logicalId(after, rebuilt)).isNotEqualTo(logicalId(template, rebuilt));
        assertThat(logicalId(after, other)).isEqualTo(logicalId(template, other));
    }

    @Test
    void waitsForTheWayToTheInternetSinceItInstallsFromThere() {
        assertThat(resources(template, "AWS::EC2::Instance").values())
                .allSatisfy(server -> assertThat(server.path("DependsOn"))
                        .contains(
                                json("\"PairNetworkVpcPublicSubnet1DefaultRoute70EA0DF3\""),
                                json("\"PairNetworkVpcPublicSubnet1RouteTableAssociationD2AE77F6\"")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PairPrimary", "PairStandby"})
    void mayOpenSessionsFetchItsFilesAndSignalAndNothingElse(String server) {
        assertThat(resource(template, "AWS::IAM::Policy", server).at("/Properties/PolicyDocument/Statement"))
                .isEqualTo(json("""
                                [{"Sid": "FirstBootFiles",
                                  "Effect": "Allow",
                                  "Action": "s3:GetObject",
                                  "Resource": "arn:aws:s3:::cdk-hnb659fds-assets-123456789012-us-east-1/%s.zip"},
                                 {"Sid": "FloatingMacAddress",
                                  "Effect": "Allow",
                                  "Action": "ec2:DescribeNetworkInterfaces",
                                  "Resource": "*"},
                                 {"Sid": "FirstBootSignal",
                                  "Effect": "Allow",
                                  "Action": "cloudformation:SignalResource",
                                  "Resource": {"Ref": "AWS::StackId"}},
                                 {"Sid": "SessionManager",
                                  "Effect": "Allow",
                                  "Action": ["ssm:UpdateInstanceInformation",
                                      "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
                                      "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"],
                                  "Resource": "*"}]""".formatted(assetHash(template))));
        assertThat(resource(template, "AWS::IAM::Role", server)
                        .path("Properties")
                        .has("ManagedPolicyArns"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "t4g.micro, ami-0ae8605ed708e3c3e",
        "m7g.large, ami-0ae8605ed708e3c3e",
        "t3.micro, ami-03c3da4cfa8e8943a"
    })
    void takesThePinnedImageForItsArchitecture(String type, String image) {
        var servers = resources(Synthesis.template(Map.of("instanceType", type)), "AWS::EC2::Instance");

        assertThat(servers.values()).hasSize(2).allSatisfy(server -> {
            assertThat(server.at("/Properties/InstanceType").asText()).isEqualTo(type);
            assertThat(server.at("/Properties/ImageId").asText()).isEqualTo(image);
        });
    }

    @Test
    void isReplacedForNoOtherReason() {
        assertThat(resources(
                                Synthesis.template(
                                        Map.of("holder", "standby", "clientCidrs", "192.0.2.0/24", "coolDown", "90")),
                                "AWS::EC2::Instance")
                        .keySet())
                .isEqualTo(resources(template, "AWS::EC2::Instance").keySet());
    }

    @Test
    void isOpenOnPort80OnlyAndOnlyToTheClients() {
        assertThat(ingressOf(template)).containsExactly("0.0.0.0/0 tcp 80-80");
        assertThat(ingressOf(Synthesis.template(Map.of("clientCidrs", "192.0.2.0/24,198.51.100.7/32"))))
                .containsExactlyInAnyOrder("192.0.2.0/24 tcp 80-80", "198.51.100.7/32 tcp 80-80");
    }

    /** On the private path, whatever clientCidrs says: the one watches over the other. */
    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0/0", "192.0.2.0/24"})
    void isOpenToTheOtherServerToo(String clientCidrs) {
        var narrowed = Synthesis.template(Map.of("clientCidrs", clientCidrs));

        assertThat(resources(narrowed, "AWS::EC2::SecurityGroupIngress").values())
                .extracting(rule -> rule.path("Properties"))
                .containsExactly(json("""
                        {"Description": "80 from server to server, for the watch",
                         "GroupId": {"Fn::GetAtt": ["PairWebTrafficB8C71D27", "GroupId"]},
                         "SourceSecurityGroupId": {"Fn::GetAtt": ["PairWebTrafficB8C71D27", "GroupId"]},
                         "IpProtocol": "tcp",
                         "FromPort": 80,
                         "ToPort": 80}"""));
        assertThat(resource(narrowed, "AWS::EC2::NetworkInterface", "Pair").at("/Properties/GroupSet"))
                .isEqualTo(json("[{\"Fn::GetAtt\": [\"PairWebTrafficB8C71D27\", \"GroupId\"]}]"));
        assertThat(resources(narrowed, "AWS::EC2::Instance").values())
                .allSatisfy(server -> assertThat(server.at("/Properties/SecurityGroupIds"))
                        .isEqualTo(json("[{\"Fn::GetAtt\": [\"PairWebTrafficB8C71D27\", \"GroupId\"]}]")));
    }

    private static String logicalId(JsonNode template, String role) {
        return resources(template, "AWS::EC2::Instance").keySet().stream()
                .filter(id -> id.startsWith(role))
                .findFirst()
                .orElseThrow();
    }

    private static Set<String> ofServers(JsonNode template, String type) {
        return resources(template, type).keySet().stream()
                .filter(id -> id.startsWith("PairPrimary") || id.startsWith("PairStandby"))
                .collect(Collectors.toSet());
    }

    private static Set<String> ingressOf(JsonNode template) {
        assertThat(resources(template, "AWS::EC2::SecurityGroup")).hasSize(1);
        var rules = resource(template, "AWS::EC2::SecurityGroup", "Pair").at("/Properties/SecurityGroupIngress");
        return rules.valueStream()
                .map(rule -> rule.path("CidrIp").asText() + " "
                        + rule.path("IpProtocol").asText() + " " + rule.path("FromPort") + "-" + rule.path("ToPort"))
                .collect(Collectors.toSet());
    }

    private static String assetHash(JsonNode template) {
        var hash = Pattern.compile("/([0-9a-f]{64})\\.zip'").matcher(template.toString());
        assertThat(hash.find()).isTrue();
        return hash.group(1);
    }
}
