package io.enifailover.function;

import java.time.Duration;
import java.time.Instant;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;

/**
 * Gives a read of the record more time when it is the first for a while.
 *
 * <p>The first call of a fresh process loads classes and opens a connection with TLS, and so does, to a lesser extent, the first
 * call after Lambda has restored a snapshot. With a short limit it would end as "no record", and the function would decide
 * without the hold, the lease and the cool-down. A function that read a moment ago, with whatever result, keeps the client's own
 * limits: it must not wait long for a table that is down.
 */
final class FirstRead {
    /** The most that a read may take when it is the first for a while. */
    static final Duration LIMIT = Duration.ofSeconds(6);

    /**
     * How long a read counts as recent: twice the pause between two ticks. It is measured by the clock, so a read before a
     * snapshot does not count after its restore.
     */
    private static final Duration RECENT = Duration.ofMinutes(2);

    private final Time time;
    private volatile Instant last = Instant.MIN;

    FirstRead(Time time) {
        this.time = time;
    }

    /** Sets the limits of a read that begins now. */
    void limit(AwsRequestOverrideConfiguration.Builder read) {
        if (last.isBefore(time.now().minus(RECENT))) {
            read.apiCallTimeout(LIMIT).apiCallAttemptTimeout(LIMIT);
        }
    }

    /** Notes that a read has ended, with whatever result. */
    void ended() {
        last = time.now();
    }
}
