package io.enifailover.simulation;

import io.enifailover.function.Time;
import java.time.Duration;
import java.time.Instant;

/** Time that passes only during a sleep. */
public final class VirtualTime implements Time {
    public static final Instant START = Baton.START;

    // A loop that never ends would otherwise hang the build.
    private static final Instant END = START.plus(Duration.ofDays(1));

    private Instant now = START;

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public void sleep(Duration duration) {
        now = now.plus(duration);
        if (now.isAfter(END)) {
            throw new AssertionError("still waiting after a day");
        }
    }

    public Duration elapsed() {
        return Duration.between(START, now);
    }
}
