package io.enifailover.controller;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One value of a CloudWatch metric.
 *
 * @param unit  as CloudWatch spells it
 * @param split name of the field of the same line that is a second dimension besides, or null
 */
record Figure(
        String name, String unit, double value, @Nullable String split) {

    static Figure of(String name, double value) {
        return new Figure(name, "Count", value, null);
    }

    static Figure of(String name, boolean value) {
        return of(name, value ? 1 : 0);
    }

    static Figure of(String name, Duration duration) {
        return new Figure(name, "Milliseconds", duration.toMillis(), null);
    }

    /** One of something, counted in all and by the value of a field. */
    static Figure one(String name, @Nullable String split) {
        return new Figure(name, "Count", 1, split);
    }
}
