package io.enifailover.protocol;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.util.stream.IntStream;

/**
 * How long each step of a move may take, in whole seconds, 1 or more.
 *
 * @param detach until a detach is forced; default 15
 * @param force  until the old holder is stopped; default 15
 * @param stop   for the detach from a server that is being stopped; default 40
 * @param attach until EC2 shows the interface as attached; default 30
 * @param serve  until the new holder answers; default 30
 */
public record MoveDeadlines(int detach, int force, int stop, int attach, int serve) {
    /** How long the function may run. */
    public static final Duration FUNCTION_TIMEOUT = Duration.ofMinutes(3);

    private static final long MOST =
            FUNCTION_TIMEOUT.minus(FunctionContract.RESERVE).toSeconds();

    public MoveDeadlines {
        var together = (long) detach + force + stop + attach + serve;
        if (IntStream.of(detach, force, stop, attach, serve).anyMatch(step -> step < 1) || together > MOST) {
            throw new IllegalArgumentException(
                    ("moveDeadlines must be seconds to detach, force, stop, attach and serve,"
                                    + " each 1 or more and together at most %d, since the function ends after %d and needs %d"
                                    + " to answer, got %s")
                            .formatted(
                                    MOST,
                                    FUNCTION_TIMEOUT.toSeconds(),
                                    FunctionContract.RESERVE.toSeconds(),
                                    text(detach, force, stop, attach, serve)));
        }
    }

    /** Returns the defaults. */
    public static MoveDeadlines ofDefaults() {
        return new MoveDeadlines(15, 15, 40, 30, 30);
    }

    /** Returns the five numbers with commas, as in the settings and for the function. */
    @Override
    public String toString() {
        return text(detach, force, stop, attach, serve);
    }

    private static String text(int... seconds) {
        return IntStream.of(seconds).mapToObj(String::valueOf).collect(joining(","));
    }
}
