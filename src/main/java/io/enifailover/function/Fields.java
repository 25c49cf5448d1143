package io.enifailover.function;

import com.fasterxml.jackson.databind.JsonNode;
import io.enifailover.protocol.Role;
import io.enifailover.protocol.SafeText;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The fields of an event. Unknown fields and wrong types are refused, so that an order with a misspelled {@code dryRun} is not
 * carried out.
 *
 * <p>Every method refuses an invalid value with an {@link IllegalArgumentException} whose message has one line.
 */
final class Fields {
    private static final Pattern ROLE = Pattern.compile("primary|standby");
    private static final Pattern INSTANCE = Pattern.compile("i-[0-9a-f]{8,17}");

    private final JsonNode event;

    Fields(JsonNode event) {
        this.event = event;
    }

    /** Refuses any field that is not one of these. */
    Fields only(String... names) {
        for (var field : event.properties()) {
            if (!List.of(names).contains(field.getKey())) {
                throw new IllegalArgumentException("fields must be of %s, got %s"
                        .formatted(String.join(", ", names), SafeText.received(field.getKey())));
            }
        }
        return this;
    }

    boolean has(String name) {
        return event.has(name);
    }

    /** Returns a text of at most 200 characters, without control characters. */
    String text(String name) {
        var value = event.path(name);
        if (value.isTextual() && SafeText.isSafe(value.textValue())) {
            return value.textValue();
        }
        throw refused(name, "at most %d characters of text without control characters".formatted(SafeText.LONGEST));
    }

    String text(String name, Pattern form, String meaning) {
        var value = event.path(name);
        if (value.isTextual() && form.matcher(value.textValue()).matches()) {
            return value.textValue();
        }
        throw refused(name, meaning);
    }

    String instanceId(String name) {
        return text(name, INSTANCE, "an instance id such as i-0123456789abcdef0");
    }

    Role role(String name) {
        return Role.named(name, text(name, ROLE, "primary or standby"));
    }

    boolean flag(String name) {
        var value = event.path(name);
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        throw refused(name, "true or false");
    }

    int integer(String name, int least, int most) {
        var value = event.path(name);
        if (value.isIntegralNumber()
                && value.canConvertToInt()
                && value.intValue() >= least
                && value.intValue() <= most) {
            return value.intValue();
        }
        throw refused(name, least + " to " + most);
    }

    double number(String name, long least, long most, String meaning) {
        var value = event.path(name);
        if (value.isNumber() && value.doubleValue() >= (double) least && value.doubleValue() <= (double) most) {
            return value.doubleValue();
        }
        throw refused(name, meaning);
    }

    IllegalArgumentException refused(String name, String meaning) {
        var value = event.get(name);
        var received = value == null ? "nothing" : value.isTextual() ? value.textValue() : value.toString();
        return new IllegalArgumentException(
                "%s must be %s, got %s".formatted(name, meaning, SafeText.received(received)));
    }
}
