package io.enifailover.function;

import io.enifailover.protocol.MoveDeadlines;
import io.enifailover.protocol.Step;
import java.time.Duration;

/**
 * How long a move may take.
 *
 * @param steps   for each step
 * @param overall for the whole move: no call starts after it
 * @param poll    pause between two observations, more than zero; a third of it in the first seconds of a step
 */
record Deadlines(MoveDeadlines steps, Duration overall, Duration poll) {
    private static final Duration SILENT_DETACH = Duration.ofSeconds(4);

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

    /**
     * Returns these for a holder whose machine answers nothing: a detach that it has to confirm gets 4 s at most. EC2 ends an
     * ordinary one within two to three. https://github.com/aws/amazon-vpc-cni-k8s/issues/608
     */
    Deadlines fromASilentHolder() {
        return steps.of(Step.DETACH).compareTo(SILENT_DETACH) <= 0
                ? this
                : new Deadlines(steps.with(Step.DETACH, SILENT_DETACH), overall, poll);
    }

    Duration of(Step step) {
        return steps.of(step);
    }

    /** The longest that the old holder may take to release the interface: a plain detach, a forced one, and a stop. */
    Duration release() {
        return of(Step.DETACH).plus(of(Step.FORCE)).plus(of(Step.STOP));
    }

    Deadlines withOverall(Duration value) {
        return new Deadlines(steps, value, poll);
    }
}
