package io.enifailover.outage;

import java.time.Duration;
import java.util.function.Predicate;

/** A series of probes under way, in this process or in another. */
public interface ProbeSeries extends AutoCloseable {
    /** What is known so far. */
    Recording soFar();

    /**
     * Waits for an answer, the ones so far included.
     *
     * @return whether it came in time
     */
    boolean await(Predicate<Sample> wanted, Duration patience);

    /** Sends no more, waits for the probes under way, and gives the whole recording. */
    Recording stop();

    @Override
    default void close() {
        stop();
    }
}
