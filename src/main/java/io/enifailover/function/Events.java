package io.enifailover.function;

import com.fasterxml.jackson.databind.JsonNode;
import io.enifailover.function.Event.Heartbeat;
import io.enifailover.function.Event.Trigger.Report;
import io.enifailover.function.Event.Trigger.StateChange;
import io.enifailover.function.Event.Trigger.StatusAlarm;
import io.enifailover.function.Event.Trigger.Tick;
import io.enifailover.protocol.SafeText;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads triggers and heartbeats.
 *
 * <pre>
 * {"type": "report", "observer": "i-…", "failures": 3, "failure": "silent", "failingFor": 0.8, "clock": 1767225600.5}
 *                                                                   a watch; "clock" in seconds since 1970
 * {"type": "heartbeat", "observer": "i-…", "userData": "1f2e…", "clock": 1767225600, "ena": "2.13.0g",
 *  "failedUnits": "redis.service"}
 * </pre>
 *
 * and, as AWS sends them, EC2's state changes and scheduled events of EventBridge, and alarms of CloudWatch.
 */
final class Events {
    private static final int MOST_FAILURES = 100_000;
    /** A server's clock that is further off than this is refused as invalid, and so is an outage that is longer. */
    private static final Duration YEAR = Duration.ofDays(365);
    /** EventBridge drops this pair's events after five minutes, so a much older time cannot be that of the state change. */
    private static final Duration OLDEST_STATE_CHANGE = Duration.ofHours(1);

    private static final Pattern FAILURE = Pattern.compile("refused|silent|slow|reset|wrong");
    private static final Pattern UNITS = Pattern.compile("[0-9A-Za-z@_.: -]{0,200}");
    private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z._-]{0,40}");

    private final JsonNode event;
    private final Fields fields;
    private final Instant now;

    private Events(JsonNode event, Instant now) {
        this.event = event;
        this.fields = new Fields(event);
        this.now = now;
    }

    /**
     * @param now the time that times in the event are compared with
     * @throws IllegalArgumentException with a one-line message, for anything else
     */
    static Event read(JsonNode event, Instant now) {
        return new Events(event, now).read();
    }

    private Event read() {
        return switch (event.path("type").asText()) {
            case "report" -> report();
            case "heartbeat" -> heartbeat();
            default -> eventOfAws();
        };
    }

    private Report report() {
        fields.only("type", "observer", "failures", "failure", "failingFor", "clock");
        return new Report(
                fields.instanceId("observer"),
                fields.integer("failures", 1, MOST_FAILURES),
                fields.has("failure") ? fields.text("failure", FAILURE, "refused, silent, slow, reset or wrong") : "",
                fields.has("failingFor") ? failingFor() : Duration.ZERO,
                fields.has("clock") ? clock() : null);
    }

    private Heartbeat heartbeat() {
        fields.only("type", "observer", "userData", "clock", "ena", "failedUnits");
        var failedUnits = fields.has("failedUnits")
                ? fields.text("failedUnits", UNITS, "names of systemd units, at most 200 characters")
                : "";
        return new Heartbeat(fields.instanceId("observer"), version("userData"), clock(), version("ena"), failedUnits);
    }

    private String version(String name) {
        return fields.has(name)
                ? fields.text(name, VERSION, "at most 40 letters, digits, dots, hyphens and underscores")
                : "";
    }

    private Duration failingFor() {
        var meaning = "0 to %d seconds".formatted(YEAR.toSeconds());
        return Duration.ofMillis(Math.round(1000 * fields.number("failingFor", 0, YEAR.toSeconds(), meaning)));
    }

    private Instant clock() {
        var seconds = fields.number(
                "clock",
                now.minus(YEAR).getEpochSecond(),
                now.plus(YEAR).getEpochSecond(),
                "seconds since 1970, within a year of now");
        return Instant.ofEpochMilli(Math.round(1000 * seconds));
    }

    /** AWS sometimes adds fields to its events, so unknown fields are allowed. */
    private Event eventOfAws() {
        var detail = event.path("detail");
        return switch (event.path("source").asText() + "/"
                + event.path("detail-type").asText()) {
            case "aws.ec2/EC2 Instance State-change Notification" ->
                new StateChange(
                        new Fields(detail).instanceId("instance-id"),
                        SafeText.of(detail.path("state").asText()),
                        timeOfStateChange());
            case "aws.events/Scheduled Event" -> new Tick();
            case "aws.cloudwatch/" ->
                new StatusAlarm(
                        SafeText.of(event.at("/alarmData/alarmName").asText()),
                        SafeText.of(event.at("/alarmData/state/value").asText()));
            default ->
                throw new IllegalArgumentException(
                        "event must be a report, a heartbeat, an order, an EC2 state change, an alarm, a"
                                + " scheduled event or a request of CloudFormation, got "
                                + SafeText.received(event.toString()));
        };
    }

    /** The time is only used to measure the outage, so an event with no time or an invalid one is accepted. */
    private @Nullable Instant timeOfStateChange() {
        try {
            var time = Instant.parse(event.path("time").asText());
            return time.isBefore(now.minus(OLDEST_STATE_CHANGE)) || time.isAfter(now) ? null : time;
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
