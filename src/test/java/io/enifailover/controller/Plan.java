package io.enifailover.controller;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What goes wrong in one history, and the seed of all else that is left to chance.
 *
 * @param seed     of latencies, and of who goes first
 * @param failback whether the interface goes back to the primary by itself
 * @param fencing  whether a failover stops the old holder
 * @param faults   what goes wrong
 */
record Plan(long seed, boolean failback, boolean fencing, List<Fault> faults) {

    /** What can go wrong; a dash: with one of the servers. */
    enum Kind {
        NGINX_DEAD,
        NGINX_FLAPS,
        HUNG,
        NEVER_USABLE,
        STOPPED,
        REPLACED,
        DETACH_STUCK,
        ATTACH_STUCK,
        EC2_THROTTLES,
        EC2_SILENT,
        EC2_LATE,
        TABLE_DOWN,
        CALLS_DIE,
        TRIGGERS_LOST,
        TRIGGERS_LATE,
        WITNESS_BLIND,
        WATCH_BLIND,
        ORDER,
        HOLD;

        boolean canLast() {
            return this == NGINX_DEAD || this == HUNG || this == NEVER_USABLE || this == STOPPED;
        }
    }

    /**
     * One thing that goes wrong.
     *
     * @param role   whose server, where it is about one
     * @param start  seconds from the beginning
     * @param length seconds; {@link #LASTING}: it does not get well again
     */
    record Fault(Kind kind, Role role, int start, int length) {
        static final int LASTING = 0;

        boolean lasts() {
            return length == LASTING && kind.canLast();
        }

        Duration from() {
            return Duration.ofSeconds(start);
        }

        Duration until() {
            return Duration.ofSeconds(start + (long) Math.max(length, 1));
        }

        @Override
        public String toString() {
            return "%s %s %d+%d".formatted(kind.name().toLowerCase(Locale.ROOT), role, start, length);
        }
    }

    /** Reads what {@link #toString} has printed. */
    static Plan of(String text) {
        var parts = text.split(", ", -1);
        var head = Arrays.asList(parts[0].split(" ", -1));
        return new Plan(
                Long.parseLong(head.get(0)),
                head.contains("failback"),
                head.contains("fencing"),
                Stream.of(parts).skip(1).map(Plan::fault).toList());
    }

    /** When the last fault has cleared that does. */
    Duration cleared() {
        return faults.stream()
                .map(fault -> fault.lasts() ? fault.from() : fault.until())
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    @Override
    public String toString() {
        return faults.stream()
                .map(fault -> ", " + fault)
                .collect(
                        Collectors.joining("", seed + (failback ? " failback" : "") + (fencing ? " fencing" : ""), ""));
    }

    private static Fault fault(String text) {
        var words = text.split("[ +]", -1);
        return new Fault(
                Kind.valueOf(words[0].toUpperCase(Locale.ROOT)),
                Role.named("role", words[1]),
                Integer.parseInt(words[2]),
                Integer.parseInt(words[3]));
    }
}
