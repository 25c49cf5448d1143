package io.enifailover.emulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** The deployed controller, called as AWS, the watches and the operators do: each with its events, and by its alias. */
public final class RunningFunction {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Emulator emulator;
    private final DeployedStack stack;

    public RunningFunction(Emulator emulator, DeployedStack stack) {
        this.emulator = emulator;
        this.stack = stack;
    }

    /**
     * Calls it, and waits for its answer.
     *
     * @throws IllegalStateException with what it says, if it failed
     */
    public JsonNode answer(String event) throws JsonProcessingException {
        return answer(aliasFor(JSON.readTree(event)), event);
    }

    /** Calls it by this alias. */
    JsonNode answer(String alias, String event) throws JsonProcessingException {
        var response = emulator.invoke(stack.function(alias), event);
        var failure = response.headers().firstValue("x-amz-function-error");
        if (response.statusCode() != 200 || failure.isPresent()) {
            throw new IllegalStateException(
                    JSON.readTree(response.body()).path("errorMessage").asText(response.body()));
        }
        return JSON.readTree(response.body());
    }

    private String aliasFor(JsonNode event) {
        if (!event.has("observer")) {
            return "live";
        }
        return event.path("observer").asText().equals(stack.primary()) ? "report-primary" : "report-standby";
    }

    /** What the deployed rules' functions have answered. */
    public List<JsonNode> delivered(String event) throws JsonProcessingException {
        return List.of(JSON.readValue(emulator.deliver(event), JsonNode[].class));
    }

    public JsonNode order(Map<String, String> order) throws JsonProcessingException {
        return answer(JSON.writeValueAsString(order));
    }

    public JsonNode order(String order) throws JsonProcessingException {
        return order(Map.of("order", order));
    }

    /** The newest entry of the history, as the status tells it. */
    public JsonNode lastMove() throws JsonProcessingException {
        return order("status").at("/history/0");
    }

    /** What a watch sends. */
    public static String report(String observer) {
        return """
                {"type": "report", "observer": "%s", "failures": 3, "clock": %d}""".formatted(observer, Instant.now().getEpochSecond());
    }

    /** What a watch sends every minute. */
    static String heartbeat(String observer) {
        return """
                {"type": "heartbeat", "observer": "%s", "userData": "1f2e", "clock": %d, "ena": "2.13.0g"}""".formatted(observer, Instant.now().getEpochSecond());
    }

    /** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html */
    public static String stateChange(String instanceId, String state) {
        return """
                {
                  "version": "0",
                  "id": "7bf73129-1428-4cd3-a780-95db273d1602",
                  "detail-type": "EC2 Instance State-change Notification",
                  "source": "aws.ec2",
                  "account": "123456789012",
                  "time": "%3$s",
                  "region": "us-east-1",
                  "resources": ["arn:aws:ec2:us-east-1:123456789012:instance/%1$s"],
                  "detail": {"instance-id": "%1$s", "state": "%2$s"}
                }""".formatted(instanceId, state, Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }

    /** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html */
    public static String tick() {
        return """
                {
                  "version": "0",
                  "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
                  "detail-type": "Scheduled Event",
                  "source": "aws.events",
                  "account": "123456789012",
                  "time": "2026-10-08T16:53:06Z",
                  "region": "us-east-1",
                  "resources": ["*"],
                  "detail": {}
                }""";
    }

    /** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html */
    static String alarm(String instanceId) {
        return """
                {
                  "source": "aws.cloudwatch",
                  "alarmArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:StatusCheck",
                  "accountId": "123456789012",
                  "time": "2026-08-04T12:36:15.490+0000",
                  "region": "us-east-1",
                  "alarmData": {
                    "alarmName": "StatusCheck",
                    "state": {
                      "value": "ALARM",
                      "reason": "Threshold Crossed: 1 datapoint [1.0] was greater than or equal to the threshold (1.0).",
                      "timestamp": "2026-08-04T12:36:15.490+0000"
                    },
                    "previousState": {"value": "OK", "timestamp": "2026-08-04T12:31:29.591+0000"},
                    "configuration": {
                      "metrics": [{
                        "id": "status",
                        "metricStat": {
                          "metric": {
                            "namespace": "AWS/EC2",
                            "name": "StatusCheckFailed",
                            "dimensions": {"InstanceId": "%s"}
                          },
                          "period": 60,
                          "stat": "Maximum"
                        },
                        "returnData": true
                      }]
                    }
                  }
                }""".formatted(instanceId);
    }
}
