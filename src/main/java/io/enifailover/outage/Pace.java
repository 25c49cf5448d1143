package io.enifailover.outage;

import java.time.Duration;

/**
 * How fast to probe.
 *
 * @param every    the interval between two probes, at least 1 ms
 * @param patience how long a probe waits for its answer
 */
public record Pace(Duration every, Duration patience) {
    public static final Pace DEFAULT = new Pace(Duration.ofMillis(20), Duration.ofSeconds(1));

    public Pace {
        if (every.toMillis() < 1) {
            throw new IllegalArgumentException("every must be at least 1 ms, got " + every);
        }
        if (patience.compareTo(every) < 0) {
            throw new IllegalArgumentException("patience must be at least " + every + ", got " + patience);
        }
    }
}
