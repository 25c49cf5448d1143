package io.enifailover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.enifailover.protocol.MetricNames;
import io.enifailover.protocol.SafeText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Formats a line of the function's log: one of its journal, or one that Lambda or a library wrote. */
final class LogLine {
    /** Lambda's own lines about an invocation. */
    private static final Pattern NOISE =
            Pattern.compile("(START|END|REPORT|INIT_START|RESTORE_START|RESTORE_REPORT|EXTENSION|PLATFORM)\\b.*");

    /** The event that carries the metrics of every minute. */
    private static final String MEASURED = "measured";

    /** Fields shown at the beginning, the same in every line, or long; {@code --json} shows them all. */
    private static final Set<String> NO_DETAIL =
            Set.of("level", "event", "reason", MetricNames.INTERFACE, "move", "observation", "_aws");

    private LogLine() {}

    /** Returns the line, or empty if it says nothing about the pair. */
    static Optional<String> readable(Instant at, String text, Ink ink) {
        var line = text.strip();
        var json = Json.object(line);
        if (json.isPresent()) {
            return json.get().path("event").asText().equals(MEASURED)
                    ? Optional.empty()
                    : Optional.of(structured(at, json.get(), ink));
        }
        return line.isEmpty() || (NOISE.matcher(line).matches() && !line.contains("Status: "))
                ? Optional.empty()
                : Optional.of(ink.dim(Ages.time(at)) + "  " + plain(line));
    }

    /** A stack trace has several lines: those after the first are indented, so that none looks like a line of the log. */
    private static String plain(String text) {
        return text.lines().map(SafeText::line).collect(Collectors.joining("\n    "));
    }

    private static String structured(Instant at, JsonNode line, Ink ink) {
        var hidden = new HashSet<>(NO_DETAIL);
        hidden.addAll(line.findValuesAsText("Name"));
        var parts = new ArrayList<String>();
        parts.add(ink.dim(Ages.time(at)));
        parts.add(level(line.path("level").asText("INFO"), ink));
        parts.add(line.path("event").asText());
        parts.add(line.path("reason").asText());
        line.properties().stream()
                .filter(field ->
                        !hidden.contains(field.getKey()) && !field.getValue().isNull())
                .forEach(field -> parts.add(ink.dim(field.getKey() + "=" + value(field.getValue()))));
        parts.removeIf(String::isEmpty);
        return String.join("  ", parts);
    }

    private static String level(String level, Ink ink) {
        var padded = "%-5s".formatted(level);
        return switch (level) {
            case "ERROR" -> ink.bad(padded);
            case "WARN" -> ink.doubtful(padded);
            default -> padded;
        };
    }

    private static String value(JsonNode value) {
        return value.isTextual() ? value.asText() : value.toString();
    }
}
