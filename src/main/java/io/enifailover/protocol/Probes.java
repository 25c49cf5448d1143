package io.enifailover.protocol;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How the server that does not hold the floating address probes it.
 *
 * @param interval         time from probe to probe while the address answers, 0.25 to 10 seconds; default 0.5 seconds
 * @param failureThreshold probes that fail in a row before the first report, 1 to 10; default 3
 */
@RecordBuilder
public record Probes(Duration interval, int failureThreshold) implements ProbesBuilder.With {
    private static final Duration SHORTEST = Duration.ofMillis(250);
    private static final Duration LONGEST = Duration.ofSeconds(10);
    /**
     * How long a probe waits for its answer. A lost packet is sent again only after a second, so a longer timeout would
     * help only with a slow server, about which the witness decides.
     */
    private static final Duration TIMEOUT = Duration.ofMillis(500);

    /** From the first report to the second; later pauses are twice as long. More reports would only start more functions. */
    private static final Duration REPORT_PAUSE = Duration.ofSeconds(1);

    public Probes {
        if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "probeInterval must be 0.25 to 10 seconds, got " + interval.toMillis() / 1000.0);
        }
        if (failureThreshold < 1 || failureThreshold > 10) {
            throw new IllegalArgumentException("failureThreshold must be 1 to 10, got " + failureThreshold);
        }
    }

    public static Probes ofDefaults() {
        return builder().build();
    }

    public static ProbesBuilder builder() {
        return ProbesBuilder.builder().interval(Duration.ofMillis(500)).failureThreshold(3);
    }

    /** Returns these as variables of the watch's environment. */
    public Map<String, String> toEnvironment() {
        var environment = new LinkedHashMap<String, String>();
        environment.put("INTERVAL", seconds(interval));
        environment.put("TIMEOUT", seconds(TIMEOUT));
        environment.put("CONNECT_TIMEOUT", seconds(TIMEOUT.dividedBy(2)));
        environment.put("FAILURES", String.valueOf(failureThreshold));
        environment.put("PAUSE", String.valueOf(Math.max(1, REPORT_PAUSE.dividedBy(interval))));
        return environment;
    }

    /** Formats a duration for {@code sleep} and curl, such as {@code 0.5}. */
    private static String seconds(Duration duration) {
        return String.valueOf(duration.toMillis() / 1000.0);
    }
}
