package io.enifailover.function;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One value of a CloudWatch metric.
 *
 * @param unit  as CloudWatch spells it
 * @param split name of the field of the same line that is a second dimension, or null
 */
record Metric(
        String name, String unit, double value, @Nullable String split) {
    private static final Duration LONGEST = Duration.ofMillis(Long.MAX_VALUE);

    static Metric of(String name, double value) {
        return new Metric(name, "Count", value, null);
    }

    static Metric of(String name, boolean value) {
        return of(name, value ? 1 : 0);
    }

    static Metric of(String name, Duration duration) {
        return new Metric(name, "Milliseconds", milliseconds(duration), null);
    }

    /** Limits the value to the range of a long: an exception would fail a call that has already moved the interface. */
    static long milliseconds(Duration duration) {
        if (duration.compareTo(LONGEST) > 0) {
            return Long.MAX_VALUE;
        }
        return duration.compareTo(LONGEST.negated()) < 0 ? Long.MIN_VALUE : duration.toMillis();
    }

    /** Counts one, in total and by the value of a field. */
    static Metric one(String name, @Nullable String split) {
        return new Metric(name, "Count", 1, split);
    }
}
