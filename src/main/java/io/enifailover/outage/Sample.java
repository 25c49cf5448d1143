package io.enifailover.outage;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one probe.
 *
 * @param sent     when it was sent, in nanoseconds since the recording began
 * @param answered when its answer or its failure was known, in nanoseconds since the recording began
 * @param result   the status, such as {@code 200}, or the kind of failure, such as {@code timeout} or {@code refused}
 * @param servedBy the server that the answer names, or null
 */
public record Sample(
        long sent, long answered, String result, @Nullable String servedBy) {
    static final String OK = "200";

    public Sample {
        if (answered < sent) {
            throw new IllegalArgumentException("answered must not be before sent, got " + answered + " and " + sent);
        }
    }

    /** Whether a client was served: an answer that does not name its server counts as a failure. */
    public boolean good() {
        return result.equals(OK) && servedBy != null;
    }

    public Duration took() {
        return Duration.ofNanos(answered - sent);
    }
}
