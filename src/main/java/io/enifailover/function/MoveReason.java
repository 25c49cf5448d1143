package io.enifailover.function;

import io.enifailover.function.InterfaceState.Held;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What led to a move.
 *
 * @param reason  why, in words
 * @param by      the trigger, or the operator
 * @param arrived when the function was called
 * @param failed  when the first failure was seen, as far as it is known, or null
 * @param seen    what the decision rests on, or null if it was made elsewhere
 */
record MoveReason(
        Kind kind,
        String reason,
        String by,
        Instant arrived,
        @Nullable Instant failed,
        @Nullable Observation seen) {

    /** Returns when clients lost the service: with a planned move, not before the interface left its holder. */
    @Nullable
    Instant lost(InterfaceState then, Instant detached) {
        if (kind.planned()) {
            return then instanceof Held ? detached : null;
        }
        return failed == null ? arrived : failed;
    }
}
