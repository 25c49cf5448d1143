package io.enifailover.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;

/** The events that call the function, as the watches and AWS send them. */
final class DemoEvents {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private DemoEvents() {}

    static JsonNode report(String server, int failures, String failure, Duration failingFor, Instant clock) {
        return MAPPER.createObjectNode()
                .put("type", "report")
                .put("observer", server)
                .put("failures", failures)
                .put("failure", failure)
                .put("failingFor", failingFor.toMillis() / 1000.0)
                .put("clock", clock.toEpochMilli() / 1000.0);
    }

    static JsonNode heartbeat(String server, Instant clock) {
        return MAPPER.createObjectNode()
                .put("type", "heartbeat")
                .put("observer", server)
                .put("userData", "demo")
                .put("ena", "2.13.0g")
                .put("clock", clock.getEpochSecond());
    }

    /** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html */
    static JsonNode stateChange(String server, String state, Instant at) {
        var event = MAPPER.createObjectNode()
                .put("source", "aws.ec2")
                .put("detail-type", "EC2 Instance State-change Notification")
                .put("time", at.toString());
        event.putObject("detail").put("instance-id", server).put("state", state);
        return event;
    }

    /** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html */
    static JsonNode statusAlarm(String server) {
        var event = MAPPER.createObjectNode().put("source", "aws.cloudwatch");
        event.putObject("alarmData")
                .put("alarmName", "status of " + server)
                .putObject("state")
                .put("value", "ALARM");
        return event;
    }

    static JsonNode tick() {
        return MAPPER.createObjectNode().put("source", "aws.events").put("detail-type", "Scheduled Event");
    }
}
