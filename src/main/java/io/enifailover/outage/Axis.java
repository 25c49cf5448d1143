package io.enifailover.outage;

import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;

/** The seconds axis of a picture. */
final class Axis {
    private Axis() {}

    /** Draws an axis from zero to {@code longest} seconds. */
    static void draw(Svg svg, double left, double right, double y, double longest, int width) {
        svg.line("axis", left, y, right, y);
        var step = step(longest, width > 600 ? 10 : 5);
        for (var i = 0; i * step <= longest; i++) {
            var x = left + i * step * (right - left) / longest;
            svg.line("axis", x, y, x, y + 5);
            svg.text("tick", "middle", x, y + 18, label(i * step, step) + ((i + 1) * step > longest ? " s" : ""));
        }
    }

    /** Returns the length of an axis for these durations, in seconds, with a margin. */
    static double longest(Stream<Duration> durations) {
        return Math.max(0.1, seconds(durations.max(Comparator.naturalOrder()).orElse(Duration.ZERO)) * 1.06);
    }

    /** The smallest round step (1, 2 or 5 times a power of ten) that divides {@code length} into at most {@code most}. */
    static double step(double length, int most) {
        var power = Math.pow(10, Math.floor(Math.log10(length / most)));
        for (var factor : new int[] {1, 2, 5}) {
            if (length / (factor * power) <= most) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    /** A tick's label, with as many decimals as the step needs. */
    static String label(double value, double step) {
        return String.format(Locale.ROOT, step < 0.1 ? "%.2f" : step < 1 ? "%.1f" : "%.0f", value + 0.0)
                .replace("-", "−");
    }

    static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
