package io.enifailover.function;

import java.time.Duration;

/**
 * How long a move may take.
 *
 * @param detach until a detach is forced
 * @param force until the old holder is stopped
 * @param stop for the detach from a server that is being stopped
 * @param attach until EC2 shows the interface as attached
 * @param serve until the new holder answers
 * @param overall for everything together: no call starts after it
 * @param poll pause between two looks, more than zero; a third of it in the first seconds of a step
 */
record Deadlines(
        Duration detach,
        Duration force,
        Duration stop,
        Duration attach,
        Duration serve,
        Duration overall,
        Duration poll) {

    /** 15 s to detach, 15 s by force, 40 s with a stop, 30 s to attach, 30 s to serve, a look each 300 ms. */
    static final Deadlines DEFAULT = ofSeconds(15, 15, 40, 30, 30);

    Deadlines {
        if (poll.isNegative() || poll.isZero()) {
            throw new IllegalArgumentException("poll must be more than zero, got " + poll);
        }
    }

    /** Overall, the sum of these; a look each 300 ms. */
    static Deadlines ofSeconds(int detach, int force, int stop, int attach, int serve) {
        return new Deadlines(
                Duration.ofSeconds(detach),
                Duration.ofSeconds(force),
                Duration.ofSeconds(stop),
                Duration.ofSeconds(attach),
                Duration.ofSeconds(serve),
                Duration.ofSeconds(detach + force + stop + attach + serve),
                Duration.ofMillis(300));
    }

    /** The most that the old holder may take to let go of the interface, with all that can be done about it. */
    Duration release() {
        return detach.plus(force).plus(stop);
    }

    Deadlines withOverall(Duration value) {
        return new Deadlines(detach, force, stop, attach, serve, value, poll);
    }
}
