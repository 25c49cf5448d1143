package io.enifailover.simulation;

import io.enifailover.protocol.Role;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong in one history.
 *
 * @param seed    seed of latencies and of the order of actors, or null for a calm history, in which nothing is random
 * @param options how the pair is set up
 * @param faults  what goes wrong
 */
public record Plan(@Nullable Long seed, Set<Option> options, List<Fault> faults) {
    private static final String CALM = "calm";

    /** How the pair is set up, besides its defaults. */
    public enum Option {
        /** The interface moves back to the primary automatically. */
        FAILBACK,
        /** A failover stops the old holder. */
        FENCING,
        /** The old holder must stop or release the interface before another server gets it. */
        STOP_FIRST,
        /** The function cannot reach the pair. */
        NO_WITNESS,
        /** No two hosts agree on the time. */
        SKEWED_CLOCKS
    }

    /**
     * One thing that goes wrong.
     *
     * @param role   role of the server that it affects, if it affects one
     * @param start  from the beginning of the history, or zero if there is a cue
     * @param cue    text in the timeline entry at which it begins, or null
     * @param length how long it lasts; zero: for the rest of the history, if it can last
     */
    public record Fault(
            FaultKind kind,
            Role role,
            Duration start,
            @Nullable String cue,
            Duration length) {
        private static final String WHEN = "when:";

        public static Fault of(FaultKind kind, Role role, int start, int length) {
            return new Fault(kind, role, Duration.ofSeconds(start), null, Duration.ofSeconds(length));
        }

        boolean lasts() {
            return length.isZero() && canLast(kind);
        }

        Duration goesOn() {
            return length.isZero() ? Duration.ofSeconds(1) : length;
        }

        @Override
        public String toString() {
            return "%s %s %s+%s"
                    .formatted(
                            kind.name().toLowerCase(Locale.ROOT),
                            role,
                            cue == null ? seconds(start) : WHEN + cue,
                            seconds(length));
        }

        private static String seconds(Duration duration) {
            var seconds = String.valueOf(duration.toMillis() / 1000.0);
            return seconds.endsWith(".0") ? seconds.substring(0, seconds.length() - 2) : seconds;
        }

        private static Fault of(String text) {
            var words = text.split("[ +]", -1);
            var cue = words[2].startsWith(WHEN) ? words[2].substring(WHEN.length()) : null;
            return new Fault(
                    FaultKind.valueOf(words[0].toUpperCase(Locale.ROOT)),
                    Role.named("role", words[1]),
                    cue == null ? duration(words[2]) : Duration.ZERO,
                    cue,
                    duration(words[3]));
        }

        private static Duration duration(String seconds) {
            return Duration.ofMillis(Math.round(1000 * Double.parseDouble(seconds)));
        }
    }

    /** Reads what {@link #toString} has printed. */
    public static Plan of(String text) {
        var parts = text.split(", ", -1);
        var head = Arrays.asList(parts[0].split(" ", -1));
        var options = EnumSet.noneOf(Option.class);
        head.stream()
                .skip(1)
                .map(word -> Option.valueOf(word.toUpperCase(Locale.ROOT)))
                .forEach(options::add);
        return new Plan(
                head.get(0).equals(CALM) ? null : Long.valueOf(head.get(0)),
                options,
                Stream.of(parts).skip(1).map(Fault::of).toList());
    }

    /** Whether a fault of this kind may last for the rest of the history. */
    public static boolean canLast(FaultKind kind) {
        return switch (kind) {
            case SERVICE_DEAD,
                    CRASHED,
                    HUNG,
                    NEVER_USABLE,
                    STOPPED,
                    ATTACH_REFUSED,
                    TABLE_DOWN,
                    WITNESS_BLIND,
                    WATCH_BLIND -> true;
            default -> false;
        };
    }

    /** Whether a fault of this kind may keep the interface, while it lasts, on a server that does not serve. */
    static boolean hinders(FaultKind kind) {
        return switch (kind) {
            case DETACH_STUCK,
                    ATTACH_STUCK,
                    EC2_THROTTLES,
                    EC2_SILENT,
                    EC2_ANSWERS_LOST,
                    OMITTED,
                    CALLS_DIE,
                    TRIGGERS_LOST,
                    HOLD -> true;
            default -> false;
        };
    }

    public boolean has(Option option) {
        return options.contains(option);
    }

    @Override
    public String toString() {
        var head = Stream.concat(
                Stream.of(seed == null ? CALM : seed.toString()),
                options.stream().sorted().map(option -> option.name().toLowerCase(Locale.ROOT)));
        return Stream.concat(
                        Stream.of(head.collect(Collectors.joining(" "))),
                        faults.stream().map(Fault::toString))
                .collect(Collectors.joining(", "));
    }
}
