package io.enifailover.function;

import io.enifailover.protocol.MoveDeadlines;
import io.enifailover.protocol.Step;
import java.time.Duration;

/**
 * How long a move may take.
 *
 * @param steps   for each step
 * @param overall for everything together: no call starts after it
 * @param poll    pause between two observations, more than zero; a third of it in the first seconds of a step
 */
record Deadlines(MoveDeadlines steps, Duration overall, Duration poll) {
    static final Deadlines DEFAULT = of(MoveDeadlines.ofDefaults());

    Deadlines {
        if (poll.isNegative() || poll.isZero()) {
            throw new IllegalArgumentException("poll must be more than zero, got " + poll);
        }
    }

    /** Overall, the sum of the steps; an observation every 300 ms. */
    static Deadlines of(MoveDeadlines steps) {
        return new Deadlines(steps, steps.sum(), Duration.ofMillis(300));
    }

    Duration of(Step step) {
        return steps.of(step);
    }

    /** The most that the old holder may take to let go of the interface, with all that can be done about it. */
    Duration release() {
        return of(Step.DETACH).plus(of(Step.FORCE)).plus(of(Step.STOP));
    }

    Deadlines withOverall(Duration value) {
        return new Deadlines(steps, value, poll);
    }
}
