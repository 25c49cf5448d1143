package io.enifailover.cdk.triggers;

import static io.enifailover.app.Synthesis.json;
import static io.enifailover.app.Synthesis.resource;
import static io.enifailover.app.Synthesis.resources;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.enifailover.app.Synthesis;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TriggersTest {
    private static final String ALIAS = "PairControllerLiveF275B53C";
    private static final String QUEUE = "PairDetectionUnanswered64B9B51A";

    private static final String PERMISSION_OF_A_RULE = """
            {"Action": "lambda:InvokeFunction",
             "FunctionName": {"Ref": "%s"},
             "Principal": "events.amazonaws.com",
             "SourceArn": {"Fn::GetAtt": ["%s", "Arn"]}}""";

    private static final String PERMISSION_OF_AN_ALARM = """
            {"Action": "lambda:InvokeFunction",
             "FunctionName": {"Ref": "%s"},
             "Principal": "lambda.alarms.cloudwatch.amazonaws.com",
             "SourceAccount": "123456789012",
             "SourceArn": {"Fn::GetAtt": ["%s", "Arn"]}}""";

    private static final String SENDING = """
            {"Effect": "Allow",
             "Principal": {"Service": "events.amazonaws.com"},
             "Action": "sqs:SendMessage",
             "Resource": {"Fn::GetAtt": ["%s", "Arn"]},
             "Condition": {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["%s", "Arn"]}}}}""";

    private static JsonNode template;

    @BeforeAll
    static void synthesize() {
        template = Synthesis.template(Map.of());
    }

    @Test
    void looksWheneverAServerChangesItsState() {
        var pattern = rule("StateChange").path("EventPattern");

        assertThat(pattern).isEqualTo(json("""
                {"source": ["aws.ec2"],
                 "detail-type": ["EC2 Instance State-change Notification"],
                 "detail": {"instance-id": [{"Ref": "%s"}, {"Ref": "%s"}]}}""".formatted(server("PairPrimary"), server("PairStandby"))));
    }

    /** Whatever else was lost; without an input of its own the event says that it is a scheduled one. */
    @Test
    void looksEachMinute() {
        var rule = rule("EachMinute");

        assertThat(rule.path("ScheduleExpression").asText()).isEqualTo("rate(1 minute)");
        assertThat(rule.at("/Targets/0").has("Input")).isFalse();
        assertThat(rule.at("/Targets/0").has("InputTransformer")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"StateChange", "EachMinute"})
    void callsTheAliasAgainForFiveMinutesAndThenKeepsTheCall(String rule) {
        assertThat(rule(rule).path("State").asText()).isEqualTo("ENABLED");
        assertThat(rule(rule).path("Targets")).isEqualTo(json("""
                [{"Id": "Target0",
                  "Arn": {"Ref": "%s"},
                  "RetryPolicy": {"MaximumEventAgeInSeconds": 300, "MaximumRetryAttempts": 2},
                  "DeadLetterConfig": {"Arn": {"Fn::GetAtt": ["%s", "Arn"]}}}]""".formatted(ALIAS, QUEUE)));
    }

    @ParameterizedTest
    @CsvSource({"PrimaryStatus, PairPrimary", "StandbyStatus, PairStandby"})
    void looksWhenAStatusCheckFails(String alarm, String server) {
        var properties = resource(template, "AWS::CloudWatch::Alarm", "PairDetection" + alarm)
                .path("Properties");

        assertThat(properties).isEqualTo(json("""
                {"AlarmDescription": "EC2's status checks of a server fail. The controller has been told, and moves the interface\
                 if it must. See who holds it: failover status. More: docs/operations.md#server-status",
                 "Namespace": "AWS/EC2",
                 "MetricName": "StatusCheckFailed",
                 "Dimensions": [{"Name": "InstanceId", "Value": {"Ref": "%s"}}],
                 "Statistic": "Maximum",
                 "Period": 60,
                 "EvaluationPeriods": 1,
                 "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                 "Threshold": 1,
                 "TreatMissingData": "notBreaching",
                 "AlarmActions": [{"Ref": "%s"}, {"Ref": "NoticesTopic898AF2CD"}],
                 "OKActions": [{"Ref": "NoticesTopic898AF2CD"}],
                 "Tags": [{"Key": "Application", "Value": "eni-failover"}]}""".formatted(server(server), ALIAS)));
    }

    @Test
    void letsExactlyItsOwnRulesAndAlarmsCallTheAlias() {
        assertThat(permissions(template))
                .containsExactlyInAnyOrder(
                        json(PERMISSION_OF_A_RULE.formatted(ALIAS, id("AWS::Events::Rule", "DetectionStateChange"))),
                        json(PERMISSION_OF_A_RULE.formatted(ALIAS, id("AWS::Events::Rule", "DetectionEachMinute"))),
                        json(PERMISSION_OF_AN_ALARM.formatted(ALIAS, id("AWS::CloudWatch::Alarm", "PrimaryStatus"))),
                        json(PERMISSION_OF_AN_ALARM.formatted(ALIAS, id("AWS::CloudWatch::Alarm", "StandbyStatus"))));
    }

    /** The CDK's default without a feature flag is one permission for all alarms, and the second one calls in vain. */
    @Test
    void letsBothAlarmsCallInAnApplicationWithoutThatFlagToo() {
        var plain = Synthesis.template(
                Map.of("@aws-cdk/aws-cloudwatch-actions:changeLambdaPermissionLogicalIdForLambdaAction", false));

        assertThat(permissions(plain))
                .filteredOn(permission ->
                        permission.path("Principal").asText().equals("lambda.alarms.cloudwatch.amazonaws.com"))
                .extracting(
                        permission -> permission.at("/SourceArn/Fn::GetAtt/0").asText())
                .doesNotHaveDuplicates()
                .hasSize(2);
    }

    /** Those of everybody who does not wait for an answer. */
    @ParameterizedTest
    @ValueSource(strings = {"Live", "Deploy", "ReportPrimary", "ReportStandby"})
    void runsACallAgainThatFailsAndThenKeepsIt(String alias) {
        var retries = resource(template, "AWS::Lambda::EventInvokeConfig", "PairController" + alias)
                .path("Properties");

        assertThat(retries.path("MaximumRetryAttempts").asInt()).isEqualTo(2);
        assertThat(retries.path("MaximumEventAgeInSeconds").asInt()).isEqualTo(300);
        assertThat(retries.path("FunctionName")).isEqualTo(json("{\"Ref\": \"PairControllerFunction06C4B04D\"}"));
        assertThat(retries.path("Qualifier").toString()).contains("PairController" + alias);
        assertThat(retries.at("/DestinationConfig/OnFailure/Destination"))
                .isEqualTo(json("{\"Fn::GetAtt\": [\"" + QUEUE + "\", \"Arn\"]}"));
    }

    @Test
    void keepsUnansweredCallsEncryptedForTwoWeeks() {
        var queue = resource(template, "AWS::SQS::Queue", "Pair").path("Properties");

        assertThat(queue.path("SqsManagedSseEnabled").asBoolean()).isTrue();
        assertThat(queue.path("MessageRetentionPeriod").asInt()).isEqualTo(1209600);
    }

    @Test
    void takesUnansweredCallsFromItsOwnRulesAndOnlyOverTls() {
        var statements = resource(template, "AWS::SQS::QueuePolicy", "Pair")
                .at("/Properties/PolicyDocument/Statement")
                .valueStream()
                .map(statement -> statement.<ObjectNode>deepCopy().<JsonNode>without("Sid"));

        assertThat(statements)
                .containsExactlyInAnyOrder(
                        json("""
                        {"Effect": "Deny",
                         "Principal": {"AWS": "*"},
                         "Action": "sqs:*",
                         "Resource": {"Fn::GetAtt": ["%s", "Arn"]},
                         "Condition": {"Bool": {"aws:SecureTransport": "false"}}}""".formatted(QUEUE)),
                        json(SENDING.formatted(QUEUE, id("AWS::Events::Rule", "DetectionStateChange"))),
                        json(SENDING.formatted(QUEUE, id("AWS::Events::Rule", "DetectionEachMinute"))));
    }

    @Test
    void raisesAnAlarmAtTheFirstUnansweredCall() {
        assertThat(resource(template, "AWS::CloudWatch::Alarm", "PairDetectionSomeUnanswered")
                        .path("Properties"))
                .isEqualTo(json("""
                        {"AlarmDescription": "The controller could not be called, or failed at a call three times. See why:\
                         failover logs. Then purge the queue. More: docs/operations.md#some-unanswered",
                         "Namespace": "AWS/SQS",
                         "MetricName": "ApproximateNumberOfMessagesVisible",
                         "Dimensions": [{"Name": "QueueName", "Value": {"Fn::GetAtt": ["%s", "QueueName"]}}],
                         "Statistic": "Maximum",
                         "Period": 60,
                         "EvaluationPeriods": 1,
                         "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                         "Threshold": 1,
                         "TreatMissingData": "notBreaching",
                         "AlarmActions": [{"Ref": "NoticesTopic898AF2CD"}],
                         "OKActions": [{"Ref": "NoticesTopic898AF2CD"}],
                         "Tags": [{"Key": "Application", "Value": "eni-failover"}]}""".formatted(QUEUE)));
    }

    /** Before the swap has attached the interface, and after it has detached it, a look would attach it. */
    @Test
    void beginsAfterTheSwapAndEndsBeforeIt() {
        var swap = json("\"" + id("Custom::InterfaceSwap", "PairSwap") + "\"");

        for (var trigger : List.of(
                resource(template, "AWS::Events::Rule", "PairDetectionStateChange"),
                resource(template, "AWS::Events::Rule", "PairDetectionEachMinute"),
                resource(template, "AWS::CloudWatch::Alarm", "PairDetectionPrimaryStatus"),
                resource(template, "AWS::CloudWatch::Alarm", "PairDetectionStandbyStatus"),
                resource(template, "AWS::IAM::Policy", "PairDetectionPrimaryReports"),
                resource(template, "AWS::IAM::Policy", "PairDetectionStandbyReports"))) {
            assertThat(trigger.path("DependsOn")).contains(swap);
        }
    }

    private static List<JsonNode> permissions(JsonNode template) {
        return resources(template, "AWS::Lambda::Permission").values().stream()
                .map(permission -> permission.path("Properties"))
                .toList();
    }

    private static JsonNode rule(String id) {
        return resource(template, "AWS::Events::Rule", "PairDetection" + id).path("Properties");
    }

    private static String server(String id) {
        return id("AWS::EC2::Instance", id);
    }

    /** Returns the logical id of the one resource of that type that has this in its id. */
    private static String id(String type, String part) {
        return resources(template, type).keySet().stream()
                .filter(id -> id.contains(part))
                .reduce((one, another) -> {
                    throw new AssertionError("two " + type + " " + part + ": " + one + ", " + another);
                })
                .orElseThrow();
    }
}
