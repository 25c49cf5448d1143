package io.enifailover.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;

/** Reads and formats durations and times for people. */
final class Ages {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final Pattern SHORT = Pattern.compile("(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?");

    private Ages() {}

    /**
     * Reads {@code 2h}, {@code 1h30m}, {@code 45s}, {@code 1d}, or ISO 8601.
     *
     * @throws IllegalArgumentException with a one-line message, for anything else, including an empty text
     */
    static Duration parse(String text) {
        var found = SHORT.matcher(text);
        try {
            var duration = found.matches()
                    ? Duration.ofDays(number(found.group(1)))
                            .plusHours(number(found.group(2)))
                            .plusMinutes(number(found.group(3)))
                            .plusSeconds(number(found.group(4)))
                    : Duration.parse(text);
            if (duration.compareTo(Duration.ZERO) > 0) {
                return duration;
            }
        } catch (RuntimeException e) {
            // Reported below, with the allowed forms.
        }
        throw new IllegalArgumentException("must be a duration such as 30m, 2h, 1h30m, 1d or PT2H, got " + text);
    }

    /** Formats a time in UTC, like the AWS console. */
    static String time(Instant instant) {
        return TIME.format(instant);
    }

    /** Formats a duration in its two largest units. */
    static String of(Duration duration) {
        var seconds = Math.max(0, duration.toSeconds());
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return seconds / 60 + " min";
        }
        return seconds < 86_400
                ? two(seconds / 3600, "h", seconds % 3600 / 60, "min")
                : two(seconds / 86_400, "d", seconds % 86_400 / 3600, "h");
    }

    /** Formats seconds with one decimal, or milliseconds below a second. */
    static String precise(long milliseconds) {
        return milliseconds < 1000 ? milliseconds + " ms" : String.format(Locale.ROOT, "%.1f s", milliseconds / 1000.0);
    }

    private static String two(long large, String unit, long small, String smaller) {
        return large + " " + unit + (small == 0 ? "" : " " + small + " " + smaller);
    }

    private static long number(String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
