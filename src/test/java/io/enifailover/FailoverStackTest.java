package io.enifailover;

import static io.enifailover.Synthesis.json;
import static io.enifailover.Synthesis.resources;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import java.io.File;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.Aspects;
import software.amazon.awscdk.CloudFormationValidatePlugin;
import software.amazon.awscdk.Validations;
import software.amazon.awscdk.assertions.Annotations;
import software.amazon.awscdk.assertions.Match;

class FailoverStackTest {
    /** What is off by default has to stand the review too. */
    private static final Map<String, String> EVERYTHING = Map.of("notificationEmail", "ops@example.com");

    private static JsonNode template;

    @BeforeAll
    static void synthesize() {
        template = Synthesis.template(Map.of());
    }

    @Test
    void hasOnePairAndNothingThatCostsMoreThanItMust() {
        assertThat(resources(template, "AWS::EC2::Instance")).hasSize(2);
        assertThat(resources(template, "AWS::EC2::NetworkInterface")).hasSize(1);
        assertThat(resources(template, "AWS::EC2::EIP")).hasSize(3);
        assertThat(resources(template, "AWS::EC2::NatGateway")).isEmpty();
        assertThat(resources(template, "AWS::Lambda::Function")).hasSize(1);
    }

    /** A changed id replaces the resource: another VPC, another address for the clients. */
    @Test
    void keepsTheLogicalIdsOfWhatMustNeverBeReplaced() {
        assertThat(resources(template, "AWS::EC2::VPC")).containsOnlyKeys("PairNetworkVpcC075D966");
        assertThat(resources(template, "AWS::EC2::NetworkInterface")).containsOnlyKeys("PairFloatingInterface7D70B22F");
        assertThat(resources(template, "AWS::EC2::EIP"))
                .containsOnlyKeys(
                        "PairFloatingAddress47F54E2D", "PairPrimaryAddressE7ED4A2A", "PairStandbyAddress6E1BE0A5");
    }

    @Test
    void tellsTheOperatorWhatThereIs() {
        assertThat(Synthesis.names(template.path("Outputs")))
                .containsExactlyInAnyOrder(
                        "ServiceUrl",
                        "FloatingAddress",
                        "InterfaceId",
                        "FunctionName",
                        "PrimaryInstanceId",
                        "StandbyInstanceId",
                        "PrimarySession",
                        "StandbySession");
        assertThat(template.at("/Outputs/ServiceUrl/Value")).isEqualTo(json("""
                                {"Fn::Join": ["", ["http://",
                                    {"Fn::GetAtt": ["PairFloatingAddress47F54E2D", "PublicIp"]}, "/"]]}"""));
        assertThat(template.at("/Outputs/StandbySession/Value/Fn::Join/1/0").asText())
                .isEqualTo("aws ssm start-session --region us-east-1 --target ");
        assertThat(template.at("/Outputs/StandbySession/Value/Fn::Join/1/1"))
                .isEqualTo(template.at("/Outputs/StandbyInstanceId/Value"));
    }

    @Test
    void synthesizesTheSameTemplateEveryTime() {
        assertThat(Synthesis.template(Map.of())).isEqualTo(template);
    }

    /** A parameter would be resolved at each deployment, and a new image would replace both servers. */
    @Test
    void resolvesNothingAtDeploymentButTheBootstrapVersion() {
        assertThat(Synthesis.names(template.path("Parameters"))).containsExactly("BootstrapVersion");
    }

    @Test
    void leavesNoFindingOfCdkNag() {
        var stack = Synthesis.stack(EVERYTHING);
        Aspects.of(stack).add(new AwsSolutionsChecks());

        var annotations = Annotations.fromStack(stack);
        annotations.hasNoError("*", Match.stringLikeRegexp("AwsSolutions-.*"));
        annotations.hasNoWarning("*", Match.stringLikeRegexp("AwsSolutions-.*"));
    }

    @Test
    void leavesNoFindingOfCloudFormationsOwnValidation() throws Exception {
        var app = Synthesis.app(EVERYTHING);
        FailoverApp.define(app, Map.of());
        Validations.of(app).addPlugins(new CloudFormationValidatePlugin());

        var report = Synthesis.file(new File(app.synth().getDirectory(), "validation-report.json").getPath());

        assertThat(report.path("pluginReports").valueStream())
                .extracting(plugin -> plugin.path("pluginName").asText())
                .contains("CloudFormation Validate", "Construct Annotations");
        assertThat(report.path("pluginReports").valueStream())
                .allSatisfy(plugin -> assertThat(plugin.path("violations")).isEmpty());
    }

    @Test
    void takesEverySettingToWhereItBelongs() {
        var other = Synthesis.template(Map.of(
                "vpcCidr", "172.20.0.0/16",
                "zone", "us-east-1b",
                "floatingAddress", "172.20.1.40",
                "clientCidrs", List.of("192.0.2.0/24")));

        assertThat(resources(other, "AWS::EC2::VPC").values())
                .allSatisfy(vpc ->
                        assertThat(vpc.at("/Properties/CidrBlock").asText()).isEqualTo("172.20.0.0/16"));
        assertThat(resources(other, "AWS::EC2::NetworkInterface").values()).allSatisfy(floating -> {
            assertThat(floating.at("/Properties/PrivateIpAddress").asText()).isEqualTo("172.20.1.40");
            assertThat(floating.at("/Properties/SubnetId/Ref").asText()).contains("PublicSubnet2");
        });
    }
}
