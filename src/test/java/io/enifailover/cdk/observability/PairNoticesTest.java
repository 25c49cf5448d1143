package io.enifailover.cdk.observability;

import static io.enifailover.app.Synthesis.json;
import static io.enifailover.app.Synthesis.logicalId;
import static io.enifailover.app.Synthesis.resource;
import static io.enifailover.app.Synthesis.resources;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.enifailover.app.Synthesis;
import io.enifailover.function.EventBus;
import io.enifailover.function.Lines;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PairNoticesTest {
    private static final String TOPIC = "NoticesTopic898AF2CD";

    private static JsonNode template;

    @BeforeAll
    static void synthesize() {
        template = Synthesis.template(Map.of("notificationEmail", "ops@example.com"));
    }

    @Test
    void goToOneTopicAndByMailToWhomeverIsNamed() {
        assertThat(resources(template, "AWS::SNS::Topic")).containsOnlyKeys(TOPIC);
        assertThat(resource(template, "AWS::SNS::Subscription", "Notices").path("Properties"))
                .isEqualTo(json("""
                        {"Protocol": "email", "Endpoint": "ops@example.com", "TopicArn": {"Ref": "%s"}}""".formatted(TOPIC)));
    }

    @Test
    void goToTheTopicAloneWhenNobodyIsNamed() {
        var plain = Synthesis.template(Map.of());

        assertThat(resources(plain, "AWS::SNS::Topic")).containsOnlyKeys(TOPIC);
        assertThat(resources(plain, "AWS::SNS::Subscription")).isEmpty();
    }

    /** Its own policy takes the place of the one by which everything in the account may publish, alarms too. */
    @Test
    void comeFromAlarmsAndRulesOfThisStackAndOnlyOverTls() {
        assertThat(resource(template, "AWS::SNS::TopicPolicy", "Notices").at("/Properties/PolicyDocument/Statement"))
                .isEqualTo(json("""
                        [{"Sid": "AllowPublishThroughSSLOnly",
                          "Effect": "Deny",
                          "Principal": "*",
                          "Action": "sns:Publish",
                          "Resource": {"Ref": "%1$s"},
                          "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
                         {"Sid": "Alarms",
                          "Effect": "Allow",
                          "Principal": {"Service": "cloudwatch.amazonaws.com"},
                          "Action": "sns:Publish",
                          "Resource": {"Ref": "%1$s"},
                          "Condition": {"ArnLike": {
                              "aws:SourceArn": ["arn:aws:cloudwatch:us-east-1:123456789012:alarm:EniFailover-*"]}}},
                         {"Sid": "Rules",
                          "Effect": "Allow",
                          "Principal": {"Service": "events.amazonaws.com"},
                          "Action": "sns:Publish",
                          "Resource": {"Ref": "%1$s"},
                          "Condition": {"ArnEquals": {"aws:SourceArn": [
                              {"Fn::GetAtt": ["%2$s", "Arn"]}, {"Fn::GetAtt": ["%3$s", "Arn"]}]}}}]""".formatted(
                                TOPIC,
                                logicalId(template, "AWS::Events::Rule", "NoticesMoved"),
                                logicalId(template, "AWS::Events::Rule", "NoticesStateChange"))));
    }

    /** CloudWatch may not use SNS's own key: its notices would be lost without a word. */
    @Test
    void areNotEncryptedWithAKeyThatAlarmsCannotUse() {
        assertThat(resource(template, "AWS::SNS::Topic", "Notices")
                        .path("Properties")
                        .has("KmsMasterKeyId"))
                .isFalse();
    }

    @Test
    void tellOfEachMoveOfThisInterface() {
        var rule = resource(template, "AWS::Events::Rule", "NoticesMoved").path("Properties");

        assertThat(rule.path("EventPattern")).isEqualTo(json("""
                {"source": ["eni-failover"],
                 "detail-type": ["Failover Pair Moved"],
                 "detail": {"interface": [{"Fn::GetAtt": ["PairFloatingInterface7D70B22F", "Id"]}]}}"""));
        assertThat(rule.at("/Targets/0/Arn")).isEqualTo(json("{\"Ref\": \"" + TOPIC + "\"}"));
        assertThat(text(rule, new Lines().detail(EventBus.MOVED).toString())).isEqualTo("""
                "The floating interface eni-0123 of EniFailover has moved: repair from i-1 to i-2."
                "Why: why. By: who. It ended with: serves."
                "Outage in milliseconds, if the controller could see it: 5400"
                "What to do: Nothing. See: failover status"
                "Is the pair ready for the next failure? failover preflight. More: docs/operations.md#moved\"""");
    }

    @Test
    void tellOfEachChangeOfStateOfBothServers() {
        var rule = resource(template, "AWS::Events::Rule", "NoticesStateChange").path("Properties");

        assertThat(rule.at("/EventPattern/source")).isEqualTo(json("[\"aws.ec2\"]"));
        assertThat(rule.at("/EventPattern/detail-type"))
                .isEqualTo(json("[\"EC2 Instance State-change Notification\"]"));
        assertThat(rule.at("/EventPattern/detail/instance-id").valueStream())
                .extracting(reference -> reference.path("Ref").asText())
                .containsExactlyInAnyOrderElementsOf(
                        resources(template, "AWS::EC2::Instance").keySet());
        assertThat(rule.at("/Targets/0/Arn")).isEqualTo(json("{\"Ref\": \"" + TOPIC + "\"}"));
        assertThat(text(rule, "{\"instance-id\": \"i-1\", \"state\": \"stopped\"}"))
                .isEqualTo("\"Server i-1 of the failover pair EniFailover is now stopped, since noon.\"");
    }

    /** Fills in what EventBridge would. */
    private static String text(JsonNode rule, String detail) {
        var transformer = rule.at("/Targets/0/InputTransformer");
        var event = json("{\"time\": \"noon\", \"detail\": " + detail + "}");
        var text = transformer.path("InputTemplate").asText();
        for (var path : transformer.path("InputPathsMap").properties()) {
            var value = event.at(path.getValue().asText().substring(1).replace('.', '/'));
            assertThat(value.isMissingNode()).as(path.getKey()).isFalse();
            text = text.replace("<" + path.getKey() + ">", value.asText());
        }
        return text;
    }
}
