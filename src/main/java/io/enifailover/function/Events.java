package io.enifailover.function;

import com.fasterxml.jackson.databind.JsonNode;
import io.enifailover.function.Event.Heartbeat;
import io.enifailover.function.Event.Order;
import io.enifailover.function.Event.Order.HistoryQuery;
import io.enifailover.function.Event.Order.Pause;
import io.enifailover.function.Event.Order.PreflightQuery;
import io.enifailover.function.Event.Order.Rehearsal;
import io.enifailover.function.Event.Order.Release;
import io.enifailover.function.Event.Order.StatusQuery;
import io.enifailover.function.Event.Order.Switchover;
import io.enifailover.function.Event.Trigger.Report;
import io.enifailover.function.Event.Trigger.StateChange;
import io.enifailover.function.Event.Trigger.StatusAlarm;
import io.enifailover.function.Event.Trigger.Tick;
import io.enifailover.protocol.Role;
import io.enifailover.protocol.SafeText;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads events.
 *
 * <pre>
 * {"type": "report", "observer": "i-…", "failures": 3, "interval": 1, "clock": 1767225600.5}
 *                                                                   a watch; "clock" in seconds since 1970
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
    private static final int MOST_FAILURES = 100_000;
    private static final int LONGEST_INTERVAL = 60;
    /** How far a server's clock may be from the function's, and still be a clock. */
    private static final Duration YEAR = Duration.ofDays(365);
    /** EventBridge gives up an event after five minutes here, so an older time is not the one of its cause. */
    private static final Duration OLDEST_STATE_CHANGE = Duration.ofHours(1);

    private static final Pattern ANY = Pattern.compile(".*", Pattern.DOTALL);
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
     * @param now by which times in the event are judged
     * @throws IllegalArgumentException in one line, for anything else
     */
    static Event read(JsonNode event, Instant now) {
        return new Events(event, now).read();
    }

    private Event read() {
        if (event.has("order")) {
            return order();
        }
        return switch (event.path("type").asText()) {
            case "report" -> report();
            case "heartbeat" -> heartbeat();
            default -> eventOfAws();
        };
    }

    private Report report() {
        fields.only("type", "observer", "failures", "interval", "clock");
        return new Report(
                observer(),
                fields.integer("failures", 1, MOST_FAILURES),
                fields.has("interval") ? interval() : Duration.ZERO,
                fields.has("clock") ? clock() : null);
    }

    private Heartbeat heartbeat() {
        fields.only("type", "observer", "userData", "clock", "ena");
        return new Heartbeat(observer(), version("userData"), clock(), version("ena"));
    }

    private String observer() {
        return fields.text("observer", SwapProperties.INSTANCE, "an instance id such as i-0123456789abcdef0");
    }

    private String version(String name) {
        return fields.has(name)
                ? fields.text(name, VERSION, "at most 40 letters, digits, dots, hyphens and underscores")
                : "";
    }

    private Duration interval() {
        var meaning = "0 to %d seconds".formatted(LONGEST_INTERVAL);
        return Duration.ofMillis(Math.round(1000 * fields.number("interval", 0, LONGEST_INTERVAL, meaning)));
    }

    private Instant clock() {
        var seconds = fields.number(
                "clock",
                now.minus(YEAR).getEpochSecond(),
                now.plus(YEAR).getEpochSecond(),
                "seconds since 1970, within a year of now");
        return Instant.ofEpochMilli(Math.round(1000 * seconds));
    }

    /** AWS adds fields to its events now and then: those that are not read may be anything. */
    private Event eventOfAws() {
        var detail = event.path("detail");
        return switch (event.path("source").asText() + "/"
                + event.path("detail-type").asText()) {
            case "aws.ec2/EC2 Instance State-change Notification" ->
                new StateChange(
                        SwapProperties.instanceId(
                                "detail.instance-id", detail.path("instance-id").asText()),
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

    /** Only for how long an outage has taken: an event without a time, or with a wrong one, is as good. */
    private @Nullable Instant timeOfStateChange() {
        try {
            var time = Instant.parse(event.path("time").asText());
            return time.isBefore(now.minus(OLDEST_STATE_CHANGE)) || time.isAfter(now) ? null : time;
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private Order order() {
        return switch (event.path("order").asText()) {
            case "switchover" -> switchover();
            case "hold" -> hold();
            case "release" -> {
                fields.only("order", "by");
                yield new Release(by());
            }
            case "status" -> {
                fields.only("order");
                yield new StatusQuery();
            }
            case "history" -> {
                fields.only("order", "most");
                yield new HistoryQuery(
                        fields.has("most") ? fields.integer("most", 1, LONGEST_HISTORY) : DEFAULT_HISTORY);
            }
            case "preflight" -> {
                fields.only("order");
                yield new PreflightQuery();
            }
            case "drill" -> {
                fields.only("order");
                yield new Rehearsal();
            }
            default -> throw fields.refused("order", "switchover, hold, release, status, history, preflight or drill");
        };
    }

    private Switchover switchover() {
        fields.only("order", "to", "by", "dryRun");
        var to = fields.has("to")
                ? Role.named("to", fields.text("to", SwapProperties.ROLE, "primary or standby"))
                : null;
        return new Switchover(to, by(), fields.has("dryRun") && fields.flag("dryRun"));
    }

    private Pause hold() {
        fields.only("order", "for", "reason", "by");
        return new Pause(duration(), fields.has("reason") ? fields.text("reason") : "no reason given", by());
    }

    private String by() {
        return fields.has("by") ? fields.text("by") : "an operator";
    }

    private Duration duration() {
        var meaning = "an ISO 8601 duration from PT1M to P30D";
        try {
            var duration = Duration.parse(fields.text("for", ANY, meaning));
            if (duration.compareTo(SHORTEST_HOLD) >= 0 && duration.compareTo(LONGEST_HOLD) <= 0) {
                return duration;
            }
        } catch (DateTimeParseException e) {
            // Refused below, with the values that are allowed.
        }
        throw fields.refused("for", meaning);
    }
}
