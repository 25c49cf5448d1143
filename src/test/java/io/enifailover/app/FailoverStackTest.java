package io.enifailover.app;

import static io.enifailover.app.Synthesis.json;
import static io.enifailover.app.Synthesis.resources;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import java.io.File;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awscdk.Aspects;
import software.amazon.awscdk.CloudFormationValidatePlugin;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.Validations;
import software.amazon.awscdk.assertions.Annotations;
import software.amazon.awscdk.assertions.Match;

class FailoverStackTest {
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
        assertThat(resources(template, "AWS::EC2::EIP")).containsKey("PairFloatingAddress47F54E2D");
    }

    @Test
    void tellsTheOperatorWhatThereIs() {
        assertThat(Synthesis.names(template.path("Outputs")))
                .containsExactlyInAnyOrder(
                        "ServiceUrl",
                        "ServiceName",
                        "HealthUrl",
                        "HealthCheck",
                        "FloatingAddress",
                        "InterfaceId",
                        "FunctionName",
                        "LogGroupName",
                        "TableName",
                        "Witness",
                        "Dashboard",
                        "NoticesTopic",
                        "LookPolicy",
                        "OperatePolicy",
                        "PrimaryInstanceId",
                        "StandbyInstanceId",
                        "PrimarySession",
                        "StandbySession");
        assertThat(template.at("/Outputs/ServiceUrl/Value")).isEqualTo(json("""
                                {"Fn::Join": ["", ["http://",
                                    {"Fn::GetAtt": ["PairFloatingAddress47F54E2D", "PublicIp"]}, "/"]]}"""));
        assertThat(template.at("/Outputs/HealthUrl/Value")).isEqualTo(json("""
                                {"Fn::Join": ["", ["http://",
                                    {"Fn::GetAtt": ["PairFloatingAddress47F54E2D", "PublicIp"]}, "/healthz"]]}"""));
        assertThat(template.at("/Outputs/StandbySession/Value/Fn::Join/1/0").asText())
                .isEqualTo("aws ssm start-session --region us-east-1 --target ");
        assertThat(template.at("/Outputs/StandbySession/Value/Fn::Join/1/1"))
                .isEqualTo(template.at("/Outputs/StandbyInstanceId/Value"));
    }

    /** The URL does not tell them, and the status of a pair without a witness has no check. */
    @Test
    void tellsTheOperatorWhichStatusesCountAsSuccess() {
        var strict = Synthesis.template(Map.of("healthCheck", "http:80/up=200-204"));

        assertThat(template.at("/Outputs/HealthCheck/Value").asText()).isEqualTo("http:80/healthz");
        assertThat(strict.at("/Outputs/HealthCheck/Value").asText()).isEqualTo("http:80/up=200-204");
    }

    @Test
    void tellsWhetherThereIsAWitness() {
        var narrowed = Synthesis.template(Map.of("clientCidrs", "192.0.2.0/24"));

        assertThat(template.at("/Outputs/Witness/Value").asText()).isEqualTo("on");
        assertThat(narrowed.at("/Outputs/Witness/Value").asText())
                .isEqualTo("off: clientCidrs excludes the controller, so only the servers check the service");
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

    @ParameterizedTest
    @MethodSource("reviewed")
    void leavesNoFindingOfCdkNag(Map<String, String> settings) {
        var stack = Synthesis.stack(settings);
        Aspects.of(stack).add(new AwsSolutionsChecks());

        var annotations = Annotations.fromStack(stack);
        annotations.hasNoError("*", Match.stringLikeRegexp("AwsSolutions-.*"));
        annotations.hasNoWarning("*", Match.stringLikeRegexp("AwsSolutions-.*"));
    }

    /** All of them in one application: the validation takes most of its time to start. */
    @Test
    void leavesNoFindingOfCloudFormationsOwnValidation() {
        var app = Synthesis.app(Map.of());
        for (var settings : reviewed()) {
            new FailoverStack(
                    app,
                    "Reviewed" + app.getNode().getChildren().size(),
                    StackProps.builder().env(Synthesis.environment("us-east-1")).build(),
                    Settings.from(Map.copyOf(settings)));
        }
        Validations.of(app).addPlugins(new CloudFormationValidatePlugin());

        var report = Synthesis.file(new File(app.synth().getDirectory(), "validation-report.json").getPath());

        assertThat(report.path("pluginReports").valueStream())
                .extracting(plugin -> plugin.path("pluginName").asText())
                .contains("CloudFormation Validate", "Construct Annotations");
        assertThat(report.path("pluginReports").valueStream())
                .allSatisfy(plugin -> assertThat(plugin.path("violations")).isEmpty());
    }

    /** What is off by default has to stand the review too. */
    static List<Map<String, String>> reviewed() {
        return List.of(
                Map.of(),
                Map.of(
                        "notificationEmail",
                        "ops@example.com",
                        "holder",
                        "standby",
                        "failback",
                        "30",
                        "fencing",
                        "stop",
                        "drill",
                        "sun 03:00-04:00"),
                Map.of("notificationEmail", "ops@example.com", "clientCidrs", "192.0.2.0/24,198.51.100.7/32"));
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
