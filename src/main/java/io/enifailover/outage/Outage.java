package io.enifailover.outage;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A period in which clients were not served, or in which the server changed: from the last good answer before it to the
 * first good answer after it.
 *
 * @param from       the server that answered before, or null if none did or if the answers do not name their server
 * @param to         the server that answered after, or null if none did or if the answers do not name their server
 * @param start      in nanoseconds since the recording began
 * @param end        in nanoseconds since the recording began; the end of the recording if no server answered again
 * @param failed     the number of requests that failed
 * @param resolution the longest pause between two probes at that time: the figure is exact to plus or minus this
 * @param open       whether no server had answered again when the recording ended: the length is then a lower bound
 */
public record Outage(
        @Nullable String from,
        @Nullable String to,
        long start,
        long end,
        int failed,
        Duration resolution,
        boolean open) {
    public Duration length() {
        return Duration.ofNanos(end - start);
    }

    /** Whether one server took over from another. */
    public boolean move() {
        return from != null && to != null && !from.equals(to);
    }
}
