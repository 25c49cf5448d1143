package io.enifailover.outage;

import java.time.Duration;
import java.util.function.Predicate;

/** A series of probes under way, in this process or in another. */
public interface ProbeSeries extends AutoCloseable {
    Recording soFar();

    /**
     * Waits until there is an answer that matches; earlier answers count.
     *
     * @return whether there was one in time
     */
    boolean await(Predicate<Sample> wanted, Duration patience);

    /** Stops sending, waits for the probes under way, and returns the whole recording. */
    Recording stop();

    @Override
    default void close() {
        stop();
    }
}
