package io.enifailover.app;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the CDK context, converting each value to the type of its setting. Values from the command line are strings; those
 * from {@code cdk.json} can also be numbers and lists.
 */
record Context(Map<String, Object> values) {

    String text(String key, String absent) {
        var value = textOrNull(key);
        return value == null ? absent : value;
    }

    @Nullable
    String textOrNull(String key) {
        var value = values.get(key);
        if (value != null && !(value instanceof String)) {
            throw new IllegalArgumentException(key + " must be a string, got " + value);
        }
        return (String) value;
    }

    BigDecimal number(String key, Number absent) {
        return number(key, values.getOrDefault(key, absent), "a number");
    }

    int wholeNumber(String key, Number absent) {
        return wholeNumber(key, values.getOrDefault(key, absent), "a whole number");
    }

    /** Reads a whole number, or returns null for this word, which is also the default. */
    @Nullable
    Integer wholeNumberUnless(String word, String key) {
        var value = values.getOrDefault(key, word);
        return value.equals(word) ? null : (Integer) wholeNumber(key, value, word + " or a whole number");
    }

    /** Reads a list of strings, or one comma-separated string. */
    List<String> list(String key, List<String> absent) {
        var value = values.get(key);
        if (value == null) {
            return absent;
        }
        var parts = value instanceof List<?> list
                ? list
                : Arrays.asList(value.toString().split(",", -1));
        return parts.stream().map(part -> String.valueOf(part).strip()).toList();
    }

    private static int wholeNumber(String key, Object value, String meaning) {
        try {
            return number(key, value, meaning).intValueExact();
        } catch (ArithmeticException e) {
            throw rejected(key, meaning, value);
        }
    }

    private static BigDecimal number(String key, Object value, String meaning) {
        try {
            return new BigDecimal(value.toString());
        } catch (NumberFormatException e) {
            throw rejected(key, meaning, value);
        }
    }

    private static IllegalArgumentException rejected(String key, String meaning, Object value) {
        return new IllegalArgumentException("%s must be %s, got %s".formatted(key, meaning, value));
    }
}
