package io.enifailover.protocol;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One move, as in the history and in the event about it.
 *
 * @param id                 identifies the move, or null
 * @param at                 when the move began
 * @param kind               failover, switchover, failback, swap or repair
 * @param from               instance that held the interface before, or null
 * @param to                 instance that holds it now, or null
 * @param by                 the trigger, or the operator
 * @param outcome            {@code serves}, or what happened instead
 * @param forced             whether the interface was detached by force
 * @param withoutLease       whether the record could not be reached when the move began
 * @param outageMilliseconds outage as the witness saw it, or null if it did not see one
 * @param milliseconds       how long each step took, in their order
 */
public record MoveEntry(
        @Nullable String id,
        Instant at,
        String kind,
        @Nullable String from,
        @Nullable String to,
        String reason,
        String by,
        String outcome,
        boolean forced,
        boolean withoutLease,
        @Nullable Long outageMilliseconds,
        Map<String, Long> milliseconds) {
    public MoveEntry {
        requireNonNull(at, "history.at");
        requireNonNull(kind, "history.kind");
        requireNonNull(reason, "history.reason");
        requireNonNull(by, "history.by");
        requireNonNull(outcome, "history.outcome");
        requireNonNull(milliseconds, "history.milliseconds").values().forEach(Objects::requireNonNull);
        milliseconds = Collections.unmodifiableMap(new LinkedHashMap<>(milliseconds));
    }

    /** Returns how long all steps took, in milliseconds. */
    public long total() {
        return milliseconds.values().stream().mapToLong(Long::longValue).sum();
    }
}
