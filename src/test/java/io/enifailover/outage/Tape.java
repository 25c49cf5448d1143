package io.enifailover.outage;

import io.enifailover.protocol.HealthCheck.Statuses;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A recording written by hand: a probe every 20 ms, answered within 1 ms unless said otherwise. */
final class Tape {
    static final Instant BEGAN = Instant.parse("2026-03-01T12:00:00Z");
    static final long MILLI = 1_000_000;

    private final List<Sample> answers = new ArrayList<>();
    private long next;

    Tape served(String server, int times) {
        return served(server, times, 1);
    }

    Tape served(String server, int times, long millis) {
        return probes("200", server, times, millis);
    }

    Tape failed(String how, int times) {
        return probes(how, null, times, how.equals("timeout") ? 1000 : 1);
    }

    Tape probes(String result, @Nullable String server, int times, long millis) {
        for (var i = 0; i < times; i++) {
            answers.add(new Sample(next, next + millis * MILLI, result, Statuses.DEFAULT, server));
            next += 20 * MILLI;
        }
        return this;
    }

    Tape pause(long millis) {
        next += millis * MILLI;
        return this;
    }

    Recording recording() {
        return new Recording(BEGAN, Duration.ofMillis(20), answers);
    }
}
