package io.enifailover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/**
 * Text from outside in a form that a terminal shows and does not obey.
 *
 * <p>Control characters begin sequences that set the title of a window or the clipboard, or clear the screen; format
 * characters reorder what follows. Both become visible escapes, and what separates lines becomes a space.
 */
final class SafeText {
    private static final int LONGEST = 2_000;

    private SafeText() {}

    static String of(String text) {
        var safe = new StringBuilder();
        text.codePoints().limit(LONGEST).forEach(point -> append(point, safe));
        return text.codePointCount(0, text.length()) > LONGEST
                ? safe.append('…').toString()
                : safe.toString();
    }

    /** Returns the same document with its names and texts safe. */
    static JsonNode of(JsonNode json) {
        if (json.isTextual()) {
            return JsonNodeFactory.instance.textNode(of(json.textValue()));
        }
        if (json.isArray()) {
            var safe = JsonNodeFactory.instance.arrayNode();
            json.forEach(element -> safe.add(of(element)));
            return safe;
        }
        if (json.isObject()) {
            var safe = JsonNodeFactory.instance.objectNode();
            json.properties().forEach(field -> safe.set(of(field.getKey()), of(field.getValue())));
            return safe;
        }
        return json;
    }

    private static void append(int point, StringBuilder safe) {
        switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED ->
                safe.append(Character.isWhitespace(point) ? " " : "\\u%04x".formatted(point));
            default -> safe.appendCodePoint(point);
        }
    }
}
