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

    /** What can go wrong. */
    public enum FaultKind {
        /** The service of a server does not answer. */
        SERVICE_DEAD,
        /** The service of a server answers only at times. */
        SERVICE_FLAPS,
        /** A server has no power, but EC2 shows it as running. */
        CRASHED,
        /** A server does nothing, and does not even release the interface. */
        HUNG,
        /** A server answers at its own address, but never at the floating one. */
        NEVER_USABLE,
        /** A person stops a server, and starts it again at the end. */
        STOPPED,
        /** A server is replaced by a new one, and terminated. */
        REPLACED,
        DETACH_STUCK,
        ATTACH_STUCK,
        /** EC2 refuses to attach the interface to a server. */
        ATTACH_REFUSED,
        EC2_THROTTLES,
        /** Requests to EC2 are lost. */
        EC2_SILENT,
        /** EC2 does what is requested, but its answers are lost. */
        EC2_ANSWERS_LOST,
        /** EC2 describes an outdated state. */
        EC2_LATE,
        /** DescribeInstances sometimes omits a server. */
        OMITTED,
        TABLE_DOWN,
        /** Single requests to the table are lost, and single answers. */
        TABLE_FLAKY,
        CALLS_DIE,
        TRIGGERS_LOST,
        /** Triggers come up to a minute and a half late. */
        TRIGGERS_LATE,
        /** Triggers come a second time, one to two and a half minutes after the first. */
        TRIGGERS_REPEATED,
        /** The witness cannot reach anything. */
        WITNESS_BLIND,
        /** A probe of the witness is lost, but never two of the same endpoint in a row. */
        SINGLE_PROBES_LOST,
        /** Probes of the witness are lost, even several in a row: no number of them proves that a server fails. */
        PROBES_LOST,
        /** No watch can reach the floating address. */
        WATCH_BLIND,
        /** A person orders a switchover to a server. */
        ORDER,
        /** A deployment asks for a server as the holder. */
        DEPLOYED,
        /** The scheduled drill runs. */
        DRILL,
        /** A person pauses automatic moves. */
        HOLD;

        /** Whether it may last for the rest of the history. */
        public boolean canLast() {
            return switch (this) {
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

        /** Whether it may keep the interface, while it lasts, on a server that does not serve. */
        boolean hinders() {
            return switch (this) {
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
            return length.isZero() && kind.canLast();
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
