package io.enifailover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** A line of the function's log, for a person. */
final class LogLine {
    /** What Lambda and metrics write into the log for others than people. */
    private static final Pattern NOISE =
            Pattern.compile("(START|END|REPORT|INIT_START|RESTORE_START|RESTORE_REPORT|EXTENSION|PLATFORM)\\b.*");

    private static final Set<String> KNOWN = Set.of("timestamp", "level", "message", "service", "thread", "logger");
    private static final Pattern RUNTIME =
            Pattern.compile("(cold_start|function_.*|sampling_rate|xray_.*|xrayTraceId|.*Flags)");

    private LogLine() {}

    /** Returns nothing for what says nothing about the pair. */
    static Optional<String> readable(Instant at, String text, Ink ink) {
        var line = text.strip();
        var json = Json.object(line);
        if (json.isPresent()) {
            return json.get().has("_aws") ? Optional.empty() : Optional.of(structured(at, json.get(), ink));
        }
        return line.isEmpty() || (NOISE.matcher(line).matches() && !line.contains("Status: "))
                ? Optional.empty()
                : Optional.of(ink.dim(Ages.time(at)) + "  " + line);
    }

    private static String structured(Instant at, JsonNode line, Ink ink) {
        var words = new ArrayList<String>();
        words.add(ink.dim(Ages.time(at)));
        words.add(level(line.path("level").asText("INFO"), ink));
        words.add(line.path("message").asText());
        line.properties().stream()
                .filter(field -> !KNOWN.contains(field.getKey())
                        && !RUNTIME.matcher(field.getKey()).matches())
                .forEach(field -> words.add(ink.dim(field.getKey() + "=" + value(field.getValue()))));
        return String.join("  ", words);
    }

    private static String level(String level, Ink ink) {
        var padded = "%-5s".formatted(level.toUpperCase(Locale.ROOT));
        return switch (padded.strip()) {
            case "ERROR" -> ink.bad(padded);
            case "WARN" -> ink.doubtful(padded);
            default -> padded;
        };
    }

    private static String value(JsonNode value) {
        return value.isTextual() ? value.asText() : value.toString();
    }
}
