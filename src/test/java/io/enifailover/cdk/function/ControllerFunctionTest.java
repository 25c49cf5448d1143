package io.enifailover.cdk.function;

import static io.enifailover.app.Synthesis.json;
import static io.enifailover.app.Synthesis.logicalId;
import static io.enifailover.app.Synthesis.resource;
import static io.enifailover.app.Synthesis.resources;
import static io.enifailover.protocol.Role.PRIMARY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.enifailover.FailoverPair;
import io.enifailover.FailoverPairProps;
import io.enifailover.app.Synthesis;
import io.enifailover.function.ControllerHandler;
import io.enifailover.protocol.FunctionAlias;
import io.enifailover.protocol.MoveDeadlines;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;

class ControllerFunctionTest {
    private static JsonNode template;

    @BeforeAll
    static void synthesize() {
        template = Synthesis.template(Map.of());
    }

    @Test
    void runsFromASnapshot() {
        var function = resource(template, "AWS::Lambda::Function", "Pair").path("Properties");

        assertThat(function.path("Handler").asText()).isEqualTo(ControllerHandler.class.getName() + "::handleRequest");
        assertThat(function.path("Runtime").asText()).isEqualTo("java25");
        assertThat(function.path("Architectures")).isEqualTo(json("[\"arm64\"]"));
        assertThat(function.path("MemorySize").asInt()).isEqualTo(1024);
        assertThat(function.path("Timeout").asLong()).isEqualTo(MoveDeadlines.FUNCTION_TIMEOUT.toSeconds());
        assertThat(function.path("SnapStart")).isEqualTo(json("{\"ApplyOn\": \"PublishedVersions\"}"));
    }

    @Test
    void isCalledByAnAliasOfItsPublishedVersion() {
        var alias =
                resource(template, "AWS::Lambda::Alias", "PairControllerLive").path("Properties");

        assertThat(alias.path("Name").asText()).isEqualTo("live");
        assertThat(resources(template, "AWS::Lambda::Version"))
                .containsOnlyKeys(alias.at("/FunctionVersion/Fn::GetAtt/0").asText());
    }

    /**
     * A published version keeps the values that it was published with, and the CDK compares the text of the template only:
     * the id of a replaced interface reads the same. https://github.com/aws/aws-cdk/issues/25997
     */
    @ParameterizedTest
    @CsvSource({"zone, us-east-1b", "floatingAddress, 10.0.0.30", "vpcCidr, 10.1.0.0/16"})
    void publishesANewVersionWhenTheInterfaceIsReplaced(String setting, String value) {
        var before = resources(template, "AWS::Lambda::Version").keySet();

        assertThat(resources(Synthesis.template(Map.of(setting, value)), "AWS::Lambda::Version")
                        .keySet())
                .hasSize(1)
                .doesNotContainAnyElementsOf(before);
    }

    @Test
    void keepsItsVersionOtherwise() {
        assertThat(resources(Synthesis.template(Map.of("primaryGeneration", 2)), "AWS::Lambda::Version")
                        .keySet())
                .isEqualTo(resources(template, "AWS::Lambda::Version").keySet());
    }

    /** The version before it looks after the old interface while the new servers start. */
    @ParameterizedTest
    @ValueSource(strings = {"Live", "Look", "Deploy", "ReportPrimary", "ReportStandby"})
    void switchesToANewVersionOnlyOnceBothServersServe(String alias) {
        assertThat(resource(template, "AWS::Lambda::Alias", "PairController" + alias)
                        .path("DependsOn")
                        .valueStream()
                        .map(JsonNode::asText)
                        .toList())
                .containsAll(resources(template, "AWS::EC2::Instance").keySet());
    }

    /** One snapshot, and one name for each group of callers. */
    @ParameterizedTest
    @CsvSource({
        "Live, live",
        "Look, look",
        "Deploy, deploy",
        "ReportPrimary, report-primary",
        "ReportStandby, report-standby"
    })
    void hasAnAliasOfTheSameVersionForEachGroupOfCallers(String id, String name) {
        var alias = resource(template, "AWS::Lambda::Alias", "PairController" + id);
        var version =
                resources(template, "AWS::Lambda::Version").keySet().iterator().next();

        assertThat(alias.at("/Properties/Name").asText()).isEqualTo(name);
        assertThat(alias.at("/Properties/FunctionVersion/Fn::GetAtt/0").asText())
                .isEqualTo(version);
        assertThat(resources(template, "AWS::Lambda::Alias")).hasSize(FunctionAlias.values().length);
    }

    /** The snapshot is taken when the version is published, after a first look. */
    @Test
    void hasAllItsRightsBeforeItsSnapshotIsTaken() {
        assertThat(resource(template, "AWS::Lambda::Function", "Pair").path("DependsOn"))
                .contains(json("\"PairControllerRoleDefaultPolicyE261DE51\""));
    }

    @Test
    void isToldItsPairAndThePolicy() {
        assertThat(environment(template)).isEqualTo(json("""
                {"INTERFACE_ID": {"Fn::GetAtt": ["PairFloatingInterface7D70B22F", "Id"]},
                 "STACK_ID": {"Ref": "AWS::StackId"},
                 "TABLE_NAME": {"Ref": "PairControllerRecordTable3A3ED52D"},
                 "WITNESSED_SERVICE": {"Fn::Join": ["", [
                     {"Fn::GetAtt": ["PairFloatingAddress47F54E2D", "PublicIp"]},
                     " http:80/healthz http:80/healthz"]]},
                 "COOL_DOWN": "PT1M",
                 "FLAP_LIMIT": "3",
                 "MOVE_DEADLINES": "detach=15,force=15,stop=40,attach=30,serve=30",
                 "FENCING": "none"}"""));
    }

    /** A function outside the VPC comes from addresses that nobody knows: it sees nothing that is not open to all. */
    @Test
    void isToldEverySettingAndOfNoServiceThatItCannotReach() {
        var other = Synthesis.template(Map.of(
                "clientCidrs", "192.0.2.0/24",
                "coolDown", "90",
                "flapLimit", "5",
                "failback", "30",
                "moveDeadlines", "attach=60",
                "fencing", "stop"));

        assertThat(environment(other)).isEqualTo(json("""
                {"INTERFACE_ID": {"Fn::GetAtt": ["PairFloatingInterface7D70B22F", "Id"]},
                 "STACK_ID": {"Ref": "AWS::StackId"},
                 "TABLE_NAME": {"Ref": "PairControllerRecordTable3A3ED52D"},
                 "COOL_DOWN": "PT1M30S",
                 "FLAP_LIMIT": "5",
                 "FAILBACK_AFTER": "PT30M",
                 "MOVE_DEADLINES": "detach=15,force=15,stop=40,attach=60,serve=30",
                 "FENCING": "stop"}"""));
    }

    @Test
    void mayMoveTheInterfaceWriteItsLogItsRecordItsEventsAndItsFailuresAndNothingElse() {
        assertThat(resource(template, "AWS::IAM::Policy", "PairControllerRole")
                        .at("/Properties/PolicyDocument/Statement"))
                .isEqualTo(json("""
                        [{"Effect": "Allow",
                          "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                          "Resource": {"Fn::GetAtt": ["PairControllerLogs11F84410", "Arn"]}},
                         {"Sid": "PairRecord",
                          "Effect": "Allow",
                          "Action": ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"],
                          "Resource": {"Fn::GetAtt": ["PairControllerRecordTable3A3ED52D", "Arn"]}},
                         {"Effect": "Allow",
                          "Action": ["ec2:AttachNetworkInterface", "ec2:DetachNetworkInterface"],
                          "Resource": {"Fn::Join": ["", [
                              "arn:aws:ec2:us-east-1:123456789012:network-interface/",
                              {"Fn::GetAtt": ["PairFloatingInterface7D70B22F", "Id"]}]]}},
                         {"Effect": "Allow",
                          "Action": ["ec2:AttachNetworkInterface", "ec2:DetachNetworkInterface",
                              "ec2:StartInstances", "ec2:StopInstances"],
                          "Resource": "arn:aws:ec2:us-east-1:123456789012:instance/*",
                          "Condition": {"StringEquals": {
                              "aws:ResourceTag/eni-failover:interface":
                                  {"Fn::GetAtt": ["PairFloatingInterface7D70B22F", "Id"]},
                              "aws:ResourceTag/aws:cloudformation:stack-id": {"Ref": "AWS::StackId"}}}},
                         {"Effect": "Allow",
                          "Action": ["ec2:DescribeInstances", "ec2:DescribeNetworkInterfaces"],
                          "Resource": "*"},
                         {"Sid": "PublishEvents",
                          "Effect": "Allow",
                          "Action": "events:PutEvents",
                          "Resource": "arn:aws:events:us-east-1:123456789012:event-bus/default",
                          "Condition": {"StringEquals": {
                              "events:source": "eni-failover",
                              "events:detail-type": ["Failover Pair Alert", "Failover Pair Moved"]}}},
                         {"Effect": "Allow",
                          "Action": ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"],
                          "Resource": {"Fn::GetAtt": ["PairDetectionUnanswered64B9B51A", "Arn"]}}]"""));
        assertThat(resource(template, "AWS::IAM::Role", "PairController")
                        .path("Properties")
                        .has("ManagedPolicyArns"))
                .isFalse();
    }

    @Test
    void hasNoOtherPolicyThanItsOwn() {
        var role = json("[{\"Ref\": \"PairControllerRole4CECCF91\"}]");

        assertThat(resources(template, "AWS::IAM::Policy").entrySet().stream()
                        .filter(policy ->
                                policy.getValue().at("/Properties/Roles").equals(role))
                        .map(Map.Entry::getKey))
                .containsExactly("PairControllerRoleDefaultPolicyE261DE51");
    }

    @Test
    void keepsItsLogForAMonth() {
        assertThat(resource(template, "AWS::Logs::LogGroup", "PairController")
                        .at("/Properties/RetentionInDays")
                        .asInt())
                .isEqualTo(30);
    }

    /** No encryption is named: that is DynamoDB's own key, and not none. */
    @Test
    void keepsARecordThatCanBeRestoredAndForgetsOldMoves() {
        var table = resource(template, "AWS::DynamoDB::Table", "Pair");

        assertThat(table.path("Properties")).isEqualTo(json("""
                {"AttributeDefinitions": [{"AttributeName": "pair", "AttributeType": "S"},
                                          {"AttributeName": "item", "AttributeType": "S"}],
                 "KeySchema": [{"AttributeName": "pair", "KeyType": "HASH"},
                               {"AttributeName": "item", "KeyType": "RANGE"}],
                 "BillingMode": "PAY_PER_REQUEST",
                 "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true},
                 "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": true},
                 "Tags": [{"Key": "Application", "Value": "eni-failover"}]}"""));
        assertThat(table.path("DeletionPolicy").asText()).isEqualTo("Delete");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Primary", "Standby"})
    void letsEachServerReportByTheAliasOfItsRoleAndDoNothingElse(String role) {
        var report = resource(template, "AWS::IAM::Policy", "PairDetection" + role + "Reports")
                .path("Properties");

        assertThat(report.at("/PolicyDocument/Statement")).isEqualTo(json("""
                [{"Effect": "Allow",
                  "Action": "lambda:InvokeFunction",
                  "Resource": {"Ref": "%s"}}]""".formatted(alias("Report" + role))));
        assertThat(report.path("Roles").valueStream().map(it -> it.path("Ref").asText()))
                .containsExactlyElementsOf(resources(template, "AWS::IAM::Role").keySet().stream()
                        .filter(id -> id.startsWith("Pair" + role))
                        .toList())
                .hasSize(1);
    }

    /** Twice to one role and once to another: each of them has the right once. */
    @Test
    void letsAnyPrincipalReportHoweverOftenItIsGranted() {
        var stack = Synthesis.stackIn("us-east-1", "Granting");
        var one = role(stack, "One");
        var another = role(stack, "Another");
        var controller =
                new FailoverPair(stack, "Pair", FailoverPairProps.builder().build()).controller();

        assertThat(controller.grantReport(one, PRIMARY).getSuccess()).isTrue();
        controller.grantReport(one, PRIMARY);
        controller.grantReport(another, PRIMARY);

        var granted = Synthesis.template(stack);
        for (var id : List.of("One", "Another")) {
            assertThat(resource(granted, "AWS::IAM::Policy", id).at("/Properties/PolicyDocument/Statement"))
                    .isEqualTo(json("""
                            [{"Effect": "Allow",
                              "Action": "lambda:InvokeFunction",
                              "Resource": {"Ref": "%s"}}]""".formatted(alias("ReportPrimary"))));
        }
    }

    private static Role role(Stack stack, String id) {
        return Role.Builder.create(stack, id)
                .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
                .build();
    }

    /** Another policy that names the function would be a second right. */
    @Test
    void isNamedInNoOtherPolicy() {
        assertThat(resources(template, "AWS::IAM::Policy").entrySet().stream()
                        .filter(policy -> policy.getValue().toString().contains("lambda:"))
                        .map(Map.Entry::getKey))
                .hasSize(2)
                .allMatch(id -> id.matches("PairDetection(Primary|Standby)Reports.*"));
    }

    private static String alias(String id) {
        return logicalId(template, "AWS::Lambda::Alias", "PairController" + id);
    }

    private static JsonNode environment(JsonNode template) {
        return resource(template, "AWS::Lambda::Function", "Pair").at("/Properties/Environment/Variables");
    }
}
