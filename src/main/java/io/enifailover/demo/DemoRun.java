package io.enifailover.demo;

import io.enifailover.protocol.Role;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A run of the demonstration, which can be repeated: {@code 7,5.2-crash-primary,30-heal}.
 *
 * @param seed  of what is random: latencies, and how long servers take to start
 * @param steps what a person did, in order
 */
public record DemoRun(int seed, List<DemoStep> steps) {
    private static final int LONGEST = 4_000;

    /**
     * What a person did.
     *
     * @param at     since the beginning, to the millisecond
     * @param server whose server, or null: it is about both
     */
    record DemoStep(
            Duration at, DemoAction action, @Nullable Role server) {
        @Override
        public String toString() {
            var seconds = String.format(Locale.ROOT, "%.3f", at.toMillis() / 1000.0);
            return seconds + "-" + action + (server == null ? "" : "-" + server);
        }

        private static DemoStep of(String text) {
            var words = text.split("-", -1);
            var action = words.length < 2 ? null : DemoAction.named(words[1]);
            if (action == null
                    || words.length != (action.ofServer() ? 3 : 2)
                    || !words[0].matches("\\d{1,5}(\\.\\d{1,3})?")) {
                throw new IllegalArgumentException("no step");
            }
            return new DemoStep(
                    Duration.ofMillis(Math.round(1000 * Double.parseDouble(words[0]))),
                    action,
                    action.ofServer() ? Role.named("server", words[2]) : null);
        }
    }

    public DemoRun {
        steps = List.copyOf(steps);
    }

    /**
     * Reads what {@link #toString} has written.
     *
     * @throws IllegalArgumentException in one line, for anything else
     */
    public static DemoRun of(String text) {
        try {
            if (text.length() > LONGEST) {
                throw new IllegalArgumentException("too long");
            }
            var parts = text.split(",", -1);
            return new DemoRun(
                    Integer.parseInt(parts[0]),
                    Arrays.stream(parts).skip(1).map(DemoStep::of).toList());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "run must be a number and steps, such as 7,5.2-crash-primary,30-heal, at most %d characters"
                            .formatted(LONGEST),
                    e);
        }
    }

    DemoRun with(DemoStep step) {
        return new DemoRun(seed, Stream.concat(steps.stream(), Stream.of(step)).toList());
    }

    @Override
    public String toString() {
        return Stream.concat(Stream.of(String.valueOf(seed)), steps.stream().map(DemoStep::toString))
                .collect(Collectors.joining(","));
    }
}
