package io.enifailover.function;

import com.fasterxml.jackson.databind.JsonNode;
import io.enifailover.protocol.Order;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads orders such as {@code {"order": "hold", "duration": "PT2H", "reason": "…", "by": "…"}}. The records of {@link Order}
 * define the orders and the fields of each; a field may be missing if it has a default here.
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

    /** @throws IllegalArgumentException with a one-line message, for anything else */
    static Order read(JsonNode event) {
        return new Orders(event).read();
    }

    private Order read() {
        var name = event.path("order").asText();
        var type = Order.types().stream()
                .filter(candidate -> Order.name(candidate).equals(name))
                .findFirst()
                .orElseThrow(() -> fields.refused("order", Order.names(Order.class, "or")));
        var components = type.getRecordComponents();
        fields.only(Stream.concat(Stream.of("order"), Arrays.stream(components).map(RecordComponent::getName))
                .toArray(String[]::new));
        var values = Arrays.stream(components).map(this::value).toArray();
        try {
            return (Order) type.getConstructors()[0].newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("could not create " + type, e);
        }
    }

    /** Reads a field, which has the same meaning, limits and default in every order. */
    private @Nullable Object value(RecordComponent component) {
        return switch (component.getName()) {
            case "by" -> fields.has("by") ? fields.text("by") : "an operator";
            case "dryRun" -> fields.has("dryRun") && fields.flag("dryRun");
            case "duration" -> duration();
            case "most" -> fields.has("most") ? fields.integer("most", 1, LONGEST_HISTORY) : DEFAULT_HISTORY;
            case "reason" -> fields.has("reason") ? fields.text("reason") : "no reason given";
            case "to" -> fields.has("to") ? fields.role("to") : null;
            default -> throw new IllegalStateException("no field " + component);
        };
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
