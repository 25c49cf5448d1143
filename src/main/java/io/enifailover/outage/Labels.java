package io.enifailover.outage;

import io.enifailover.protocol.SafeText;
import java.time.Duration;
import java.util.Locale;

/** Formats numbers and texts for reports. */
final class Labels {
    private Labels() {}

    static String time(Duration duration) {
        var millis = millis(duration);
        if (millis == 0) {
            return "none";
        }
        if (millis < 1000) {
            return millis + " ms";
        }
        return String.format(Locale.ROOT, millis < 10_000 ? "%.2f s" : "%.1f s", millis / 1000.0);
    }

    static long millis(Duration duration) {
        return Math.round(duration.toNanos() / 1e6);
    }

    static String requests(int failed) {
        return failed == 1 ? "1 failed request" : failed + " failed requests";
    }

    /** Escapes a text for HTML and XML, between tags and in a quoted attribute. */
    static String escape(String text) {
        var safe = new StringBuilder();
        text.codePoints().forEach(point -> {
            switch (point) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.appendCodePoint(allowed(point) ? point : 0xFFFD);
            }
        });
        return safe.toString();
    }

    private static boolean allowed(int point) {
        return point == '\n' || point == '\t' || SafeText.isDisplayable(point);
    }
}
