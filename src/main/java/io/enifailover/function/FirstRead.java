package io.enifailover.function;

import java.time.Duration;
import java.time.Instant;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;

/**
 * Gives a read of the record more time if it is the first for a while.
 *
 * <p>The first call of a new process loads classes and opens a TLS connection. The first call after Lambda has restored a
 * snapshot does so too, to a lesser extent. With a short timeout such a call would fail, and the function would decide without
 * the hold, the lease and the cool-down. If the function has read recently, successfully or not, the client's own timeouts
 * apply: it must not wait long for a table that is down.
 */
final class FirstRead {
    /** The longest that the first read for a while may take. */
    static final Duration LIMIT = Duration.ofSeconds(6);

    /**
     * How long a read counts as recent: twice the time between two calls of the schedule. It is measured by the clock, so a read
     * before a snapshot does not count after the restore.
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

    /** Notes that a read has ended, successfully or not. */
    void ended() {
        last = time.now();
    }
}
