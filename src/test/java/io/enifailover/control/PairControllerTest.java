package io.enifailover.control;

import static io.enifailover.Synthesis.json;
import static io.enifailover.Synthesis.resource;
import static io.enifailover.Synthesis.resources;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.enifailover.Synthesis;
import io.enifailover.controller.ControllerHandler;
import io.enifailover.policy.MoveDeadlines;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PairControllerTest {
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

    /** One snapshot, two doors: the second one is for questions only. */
    @Test
    void isAskedByAnotherAliasOfTheSameVersion() {
        var live = resource(template, "AWS::Lambda::Alias", "PairControllerLive");
        var look = resource(template, "AWS::Lambda::Alias", "PairControllerLook");

        assertThat(look.at("/Properties/Name").asText()).isEqualTo("look");
        assertThat(look.at("/Properties/FunctionVersion")).isEqualTo(live.at("/Properties/FunctionVersion"));
        assertThat(resources(template, "AWS::Lambda::Alias")).hasSize(2);
    }

    /** The snapshot is taken when the version is published, after a first look. */
    @Test
    void hasAllItsRightsBeforeItsSnapshotIsTaken() {
        assertThat(resource(template, "AWS::Lambda::Function", "Pair").path("DependsOn"))
                .contains(json("\"PairFloatingMoveD037AC2E\""), json("\"PairControllerRoleDefaultPolicyE261DE51\""));
    }

    @Test
    void isToldItsPairAndThePolicy() {
        assertThat(environment(template)).isEqualTo(json("""
                {"INTERFACE_ID": {"Fn::GetAtt": ["PairFloatingInterface7D70B22F", "Id"]},
                 "TABLE_NAME": {"Ref": "PairControllerRecordTable3A3ED52D"},
                 "SERVICE_URL": {"Fn::Join": ["", ["http://",
                     {"Fn::GetAtt": ["PairFloatingAddress47F54E2D", "PublicIp"]}, "/healthz"]]},
                 "COOL_DOWN": "PT1M",
                 "FLAP_LIMIT": "3",
                 "MOVE_DEADLINES": "15,15,40,30,30",
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
                "moveDeadlines", "10,11,12,13,14",
                "fencing", "stop"));

        assertThat(environment(other)).isEqualTo(json("""
                {"INTERFACE_ID": {"Fn::GetAtt": ["PairFloatingInterface7D70B22F", "Id"]},
                 "TABLE_NAME": {"Ref": "PairControllerRecordTable3A3ED52D"},
                 "COOL_DOWN": "PT1M30S",
                 "FLAP_LIMIT": "5",
                 "FAILBACK_AFTER": "PT30M",
                 "MOVE_DEADLINES": "10,11,12,13,14",
                 "FENCING": "stop"}"""));
    }

    @Test
    void mayWriteItsLogItsRecordItsEventsAndItsFailuresAndNothingElseBesidesTheMove() {
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
                         {"Sid": "TellOthers",
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
    void hasNoOtherPolicyThanItsOwnAndTheMove() {
        var role = json("[{\"Ref\": \"PairControllerRole4CECCF91\"}]");

        assertThat(resources(template, "AWS::IAM::Policy").entrySet().stream()
                        .filter(policy ->
                                policy.getValue().at("/Properties/Roles").equals(role))
                        .map(Map.Entry::getKey))
                .containsExactlyInAnyOrder("PairControllerRoleDefaultPolicyE261DE51", "PairFloatingMoveD037AC2E");
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

    @Test
    void letsBothServersReportToItsAliasAndDoNothingElse() {
        var report =
                resource(template, "AWS::IAM::Policy", "PairControllerReport").path("Properties");

        assertThat(report.at("/PolicyDocument/Statement")).isEqualTo(json("""
                [{"Sid": "Report",
                  "Effect": "Allow",
                  "Action": "lambda:InvokeFunction",
                  "Resource": {"Ref": "PairControllerLiveF275B53C"}}]"""));
        assertThat(report.path("Roles")
                        .valueStream()
                        .map(role -> role.path("Ref").asText()))
                .containsExactlyInAnyOrderElementsOf(resources(template, "AWS::IAM::Role").keySet().stream()
                        .filter(id -> id.startsWith("PairPrimary") || id.startsWith("PairStandby"))
                        .toList());
    }

    /** Another policy that names the function would be a second right. */
    @Test
    void isNamedInNoOtherPolicy() {
        assertThat(resources(template, "AWS::IAM::Policy").entrySet().stream()
                        .filter(policy -> policy.getValue().toString().contains("lambda:"))
                        .map(Map.Entry::getKey))
                .containsExactly("PairControllerReportA6894544");
    }

    private static JsonNode environment(JsonNode template) {
        return resource(template, "AWS::Lambda::Function", "Pair").at("/Properties/Environment/Variables");
    }
}
