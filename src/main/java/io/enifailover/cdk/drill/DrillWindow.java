package io.enifailover.cdk.drill;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * When the scheduled drill runs every week, in UTC.
 *
 * @param day   day of the week
 * @param from  earliest time, in whole minutes
 * @param until latest time, in whole minutes, later on the same day
 */
public record DrillWindow(DayOfWeek day, LocalTime from, LocalTime until) {
    private static final Pattern TEXT = Pattern.compile(
            "(?<day>mon|tue|wed|thu|fri|sat|sun) (?<from>([01]\\d|2[0-3]):[0-5]\\d)-(?<until>([01]\\d|2[0-3]):[0-5]\\d)");

    public DrillWindow {
        if (!from.isBefore(until)) {
            throw rejected("%s %s-%s".formatted(name(day).toLowerCase(Locale.ROOT), from, until));
        }
    }

    /**
     * Reads a window such as {@code sun 03:00-04:00}.
     *
     * @throws IllegalArgumentException with a one-line message, for anything else
     */
    public static DrillWindow of(String text) {
        var parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw rejected(text);
        }
        return new DrillWindow(
                day(parts.group("day")), LocalTime.parse(parts.group("from")), LocalTime.parse(parts.group("until")));
    }

    /** Returns the day as cron abbreviates it, such as {@code SUN}. */
    String dayName() {
        return name(day);
    }

    Duration length() {
        return Duration.between(from, until);
    }

    private static DayOfWeek day(String name) {
        return Arrays.stream(DayOfWeek.values())
                .filter(day -> name(day).equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow();
    }

    private static String name(DayOfWeek day) {
        return day.name().substring(0, 3);
    }

    private static IllegalArgumentException rejected(String got) {
        return new IllegalArgumentException(
                "drill must be none, or a weekly window in UTC such as sun 03:00-04:00, got " + got);
    }
}
