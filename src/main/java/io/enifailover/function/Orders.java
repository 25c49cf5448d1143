package io.enifailover.function;

import com.fasterxml.jackson.databind.JsonNode;
import io.enifailover.protocol.Order;
import io.enifailover.protocol.Order.DrillOrder;
import io.enifailover.protocol.Order.HistoryOrder;
import io.enifailover.protocol.Order.HoldOrder;
import io.enifailover.protocol.Order.PreflightOrder;
import io.enifailover.protocol.Order.ReleaseOrder;
import io.enifailover.protocol.Order.StatusOrder;
import io.enifailover.protocol.Order.SwitchoverOrder;
import io.enifailover.protocol.Role;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

/**
 * Reads orders.
 *
 * <pre>
 * {"order": "switchover", "to": "standby", "by": "…", "dryRun": true}
 *                                                                   "to" may be left out: the other one; so may dryRun
 * {"order": "hold", "duration": "PT2H", "reason": "…", "by": "…"}   ISO 8601 duration
 * {"order": "release", "by": "…"}
 * {"order": "status"}
 * {"order": "history", "most": 50}
 * {"order": "preflight"}
 * {"order": "drill"}                                                the schedule
 * </pre>
 */
final class Orders {
    private static final Duration SHORTEST_HOLD = Duration.ofMinutes(1);
    private static final Duration LONGEST_HOLD = Duration.ofDays(30);
    private static final int DEFAULT_HISTORY = 50;
    private static final int LONGEST_HISTORY = 1000;
    private static final Pattern ANY = Pattern.compile(".*", Pattern.DOTALL);

    private final JsonNode event;
    private final Fields fields;

    private Orders(JsonNode event) {
        this.event = event;
        this.fields = new Fields(event);
    }

    /**
     * @throws IllegalArgumentException in one line, for anything else
     */
    static Order read(JsonNode event) {
        return new Orders(event).read();
    }

    private Order read() {
        return switch (event.path("order").asText()) {
            case SwitchoverOrder.NAME -> switchover();
            case HoldOrder.NAME -> hold();
            case ReleaseOrder.NAME -> {
                fields.only("order", "by");
                yield new ReleaseOrder(by());
            }
            case StatusOrder.NAME -> {
                fields.only("order");
                yield new StatusOrder();
            }
            case HistoryOrder.NAME -> {
                fields.only("order", "most");
                yield new HistoryOrder(
                        fields.has("most") ? fields.integer("most", 1, LONGEST_HISTORY) : DEFAULT_HISTORY);
            }
            case PreflightOrder.NAME -> {
                fields.only("order");
                yield new PreflightOrder();
            }
            case DrillOrder.NAME -> {
                fields.only("order");
                yield new DrillOrder();
            }
            default -> throw fields.refused("order", "switchover, hold, release, status, history, preflight or drill");
        };
    }

    private SwitchoverOrder switchover() {
        fields.only("order", "to", "by", "dryRun");
        var to = fields.has("to")
                ? Role.named("to", fields.text("to", SwapProperties.ROLE, "primary or standby"))
                : null;
        return new SwitchoverOrder(to, by(), fields.has("dryRun") && fields.flag("dryRun"));
    }

    private HoldOrder hold() {
        fields.only("order", "duration", "reason", "by");
        return new HoldOrder(duration(), fields.has("reason") ? fields.text("reason") : "no reason given", by());
    }

    private String by() {
        return fields.has("by") ? fields.text("by") : "an operator";
    }

    private Duration duration() {
        var meaning = "an ISO 8601 duration from PT1M to P30D";
        try {
            var duration = Duration.parse(fields.text("duration", ANY, meaning));
            if (duration.compareTo(SHORTEST_HOLD) >= 0 && duration.compareTo(LONGEST_HOLD) <= 0) {
                return duration;
            }
        } catch (DateTimeParseException e) {
            // Refused below, with the values that are allowed.
        }
        throw fields.refused("duration", meaning);
    }
}
