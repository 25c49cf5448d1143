package io.enifailover.controller;

import java.time.Duration;

/**
 * How long a move may take.
 *
 * @param detach until a detach is forced
 * @param force for the forced detach
 * @param attach until EC2 shows the interface as attached
 * @param serve until the new holder answers
 * @param overall for everything together: no call starts after it
 * @param poll pause between two looks, more than zero
 */
record Deadlines(Duration detach, Duration force, Duration attach, Duration serve, Duration overall, Duration poll) {

    /** 15 s to detach, 15 s by force, 30 s to attach, 30 s to serve, a look each 300 ms. */
    static final Deadlines DEFAULT =
            of(Duration.ofSeconds(15), Duration.ofSeconds(15), Duration.ofSeconds(30), Duration.ofSeconds(30));

    Deadlines {
        if (poll.isNegative() || poll.isZero()) {
            throw new IllegalArgumentException("poll must be more than zero, got " + poll);
        }
    }

    /** Overall, the sum of these; a look each 300 ms. */
    static Deadlines of(Duration detach, Duration force, Duration attach, Duration serve) {
        var overall = detach.plus(force).plus(attach).plus(serve);
        return new Deadlines(detach, force, attach, serve, overall, Duration.ofMillis(300));
    }

    Deadlines withOverall(Duration value) {
        return new Deadlines(detach, force, attach, serve, value, poll);
    }
}
