package io.enifailover.protocol;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a pair saves itself, and how; everything has a default.
 *
 * @param probes        how a failure is noticed
 * @param coolDown      rest after a move before the next one without an order, 0 to 3600 seconds; default 60
 * @param flapLimit     moves within an hour after which only a person moves, 1 to 60; default 3
 * @param failbackAfter how long the primary has to be ready before the interface goes back to it, 1 to 1440 minutes, or
 *                      null: never by itself, the default
 * @param fencing       what happens to the old holder; default nothing
 * @param deadlines     how long each step of a move may take
 */
public record FailoverSettings(
        Probes probes,
        Duration coolDown,
        int flapLimit,
        @Nullable Duration failbackAfter,
        Fencing fencing,
        MoveDeadlines deadlines) {

    public FailoverSettings {
        if (coolDown.isNegative() || coolDown.toSeconds() > 3600) {
            throw new IllegalArgumentException("coolDown must be 0 to 3600 seconds, got " + coolDown.toSeconds());
        }
        if (flapLimit < 1 || flapLimit > 60) {
            throw new IllegalArgumentException("flapLimit must be 1 to 60, got " + flapLimit);
        }
        if (failbackAfter != null && (failbackAfter.toMinutes() < 1 || failbackAfter.toMinutes() > 1440)) {
            throw new IllegalArgumentException(
                    "failback must be manual or 1 to 1440 minutes, got " + failbackAfter.toMinutes());
        }
    }

    /** Returns the defaults. */
    public static FailoverSettings ofDefaults() {
        return new FailoverSettings(
                Probes.ofDefaults(), Duration.ofMinutes(1), 3, null, Fencing.NONE, MoveDeadlines.ofDefaults());
    }

    public FailoverSettings withProbes(Probes other) {
        return new FailoverSettings(other, coolDown, flapLimit, failbackAfter, fencing, deadlines);
    }

    public FailoverSettings withCoolDown(Duration rest) {
        return new FailoverSettings(probes, rest, flapLimit, failbackAfter, fencing, deadlines);
    }

    public FailoverSettings withFlapLimit(int moves) {
        return new FailoverSettings(probes, coolDown, moves, failbackAfter, fencing, deadlines);
    }

    public FailoverSettings withFailbackAfter(@Nullable Duration ready) {
        return new FailoverSettings(probes, coolDown, flapLimit, ready, fencing, deadlines);
    }

    public FailoverSettings withFencing(Fencing other) {
        return new FailoverSettings(probes, coolDown, flapLimit, failbackAfter, other, deadlines);
    }

    public FailoverSettings withDeadlines(MoveDeadlines other) {
        return new FailoverSettings(probes, coolDown, flapLimit, failbackAfter, fencing, other);
    }
}
