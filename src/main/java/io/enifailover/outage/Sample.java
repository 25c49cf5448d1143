package io.enifailover.outage;

import io.enifailover.protocol.HealthCheck.Statuses;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one probe.
 *
 * @param sent     when it was sent, in nanoseconds since the recording began
 * @param answered when its answer or its failure was known, in nanoseconds since the recording began
 * @param result   the status, such as {@code 200}, {@code connected}, or the kind of failure, such as {@code timeout} or
 *                 {@code refused}
 * @param success  HTTP statuses that count as success
 * @param servedBy the instance that the answer names, or null
 */
public record Sample(
        long sent,
        long answered,
        String result,
        Statuses success,
        @Nullable String servedBy) {
    /** The result of a probe over TCP whose connection was accepted. */
    static final String CONNECTED = "connected";

    private static final Pattern STATUS = Pattern.compile("[1-5][0-9]{2}");

    public Sample {
        if (answered < sent) {
            throw new IllegalArgumentException("answered must not be before sent, got " + answered + " and " + sent);
        }
    }

    /** Whether a client was served: its connection was accepted, or the status of its answer counts as success. */
    public boolean good() {
        return result.equals(CONNECTED)
                || (STATUS.matcher(result).matches() && success.contain(Integer.parseInt(result)));
    }
}
