package io.enifailover.controller;

import com.fasterxml.jackson.databind.JsonNode;
import io.enifailover.controller.Event.Heartbeat;
import io.enifailover.controller.Event.Order.History;
import io.enifailover.controller.Event.Order.Pause;
import io.enifailover.controller.Event.Order.Preflight;
import io.enifailover.controller.Event.Order.Rehearsal;
import io.enifailover.controller.Event.Order.Release;
import io.enifailover.controller.Event.Order.Status;
import io.enifailover.controller.Event.Order.Switchover;
import io.enifailover.controller.Event.Trigger.Report;
import io.enifailover.controller.Event.Trigger.StateChange;
import io.enifailover.controller.Event.Trigger.StatusAlarm;
import io.enifailover.controller.Event.Trigger.Tick;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * Reads events.
 *
 * <pre>
 * {"type": "report", "observer": "i-…", "failures": 3, "interval": 1, "clock": 1767225600.5}
 * a watch; "clock" in seconds since 1970
 * {"type": "heartbeat", "observer": "i-…", "userData": "1f2e…", "clock": 1767225600, "ena": "2.13.0g"}
 * {"order": "switchover", "to": "standby", "by": "…", "dryRun": true}
 *                                                                   "to" may be left out: the other one; so may dryRun
 * {"order": "hold", "for": "PT2H", "reason": "…", "by": "…"}        ISO 8601 duration
 * {"order": "release", "by": "…"}
 * {"order": "status"}
 * {"order": "history", "most": 50}
 * {"order": "preflight"}
 * {"order": "drill"}                                                the schedule
 * </pre>
 *
 * and, as AWS sends them, EC2's state changes and scheduled events of EventBridge, and alarms of CloudWatch.
 */
final class Events {
    private static final Duration SHORTEST_HOLD = Duration.ofMinutes(1);
    private static final Duration LONGEST_HOLD = Duration.ofDays(30);
    private static final int DEFAULT_HISTORY = 50;
    private static final int LONGEST_HISTORY = 1000;

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private Events() {}

    /**
     * @throws IllegalArgumentException in one line, for anything else
     */
    static Event read(JsonNode event) {
        if (event.has("order")) {
            return order(event);
        }
        if (event.path("type").asText().equals("report")) {
            return new Report(
                    SwapProperties.instanceId("observer", event.path("observer").asText()),
                    event.path("failures").asInt(),
                    Duration.ofMillis(Math.round(event.path("interval").asDouble() * 1000)),
                    seconds(event.path("clock")));
        }
        if (event.path("type").asText().equals("heartbeat")) {
            return new Heartbeat(
                    SwapProperties.instanceId("observer", event.path("observer").asText()),
                    abbreviated(event.path("userData").asText()),
                    Instant.ofEpochSecond(event.path("clock").asLong()),
                    abbreviated(event.path("ena").asText()));
        }
        var detail = event.path("detail");
        return switch (event.path("source").asText() + "/"
                + event.path("detail-type").asText()) {
            case "aws.ec2/EC2 Instance State-change Notification" ->
                new StateChange(
                        SwapProperties.instanceId(
                                "detail.instance-id", detail.path("instance-id").asText()),
                        detail.path("state").asText(),
                        instant(event.path("time").asText()));
            case "aws.events/Scheduled Event" -> new Tick();
            case "aws.cloudwatch/" ->
                new StatusAlarm(
                        event.at("/alarmData/alarmName").asText(),
                        event.at("/alarmData/state/value").asText());
            default ->
                throw new IllegalArgumentException(
                        "event must be a report, a heartbeat, an order, an EC2 state change, an alarm, a"
                                + " scheduled event or a request of CloudFormation, got "
                                + abbreviated(event.toString()));
        };
    }

    private static Event.Order order(JsonNode event) {
        var by = event.path("by").asText("an operator");
        return switch (event.path("order").asText()) {
            case "switchover" ->
                new Switchover(
                        event.hasNonNull("to")
                                ? Role.named("to", event.path("to").asText())
                                : null,
                        by,
                        event.path("dryRun").asBoolean());
            case "hold" ->
                new Pause(
                        duration(event.path("for").asText()),
                        event.path("reason").asText("no reason given"),
                        by);
            case "release" -> new Release(by);
            case "status" -> new Status();
            case "history" -> new History(most(event.path("most").asInt(DEFAULT_HISTORY)));
            case "preflight" -> new Preflight();
            case "drill" -> new Rehearsal();
            default ->
                throw new IllegalArgumentException(
                        "order must be switchover, hold, release, status, history, preflight or drill, got "
                                + abbreviated(event.path("order").asText()));
        };
    }

    private static int most(int number) {
        if (number < 1 || number > LONGEST_HISTORY) {
            throw new IllegalArgumentException("most must be 1 to " + LONGEST_HISTORY + ", got " + number);
        }
        return number;
    }

    /** Seconds since 1970, or null for anything that is not a time. */
    private static @Nullable Instant seconds(JsonNode clock) {
        var milliseconds = clock.asDouble() * 1000;
        return clock.isNumber() && Math.abs(milliseconds) <= LATEST.toEpochMilli()
                ? Instant.ofEpochMilli(Math.round(milliseconds))
                : null;
    }

    /** Only for the time that a move is said to have taken: an event without one is as good. */
    private static @Nullable Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private static Duration duration(String text) {
        try {
            var duration = Duration.parse(text);
            if (duration.compareTo(SHORTEST_HOLD) >= 0 && duration.compareTo(LONGEST_HOLD) <= 0) {
                return duration;
            }
        } catch (DateTimeParseException e) {
            // Said below, with the values that are allowed.
        }
        throw new IllegalArgumentException(
                "for must be an ISO 8601 duration from PT1M to P30D, got " + abbreviated(text));
    }

    private static String abbreviated(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }
}
