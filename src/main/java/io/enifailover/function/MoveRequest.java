package io.enifailover.function;

import io.enifailover.function.Decision.MoveTo;
import io.enifailover.function.InterfaceState.Held;
import io.enifailover.function.PairRecord.PairState;
import io.enifailover.protocol.Fencing;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A move that was decided on.
 *
 * @param call the call of the function that wants it
 * @param decision where to, and why
 * @param observation what the decision rests on
 * @param failedSince when the holder began to fail, as far as it is known, or null
 * @param fencing what the settings say about the old holder
 * @param decide decides again with what the record holds once the lease is acquired: the read that the decision rests on may
 *     have failed, or be out of date
 */
record MoveRequest(
        Invocation call,
        MoveTo decision,
        Observation observation,
        @Nullable Instant failedSince,
        Fencing fencing,
        Function<PairState, Decision> decide) {

    /** Returns the same move as it is decided with this record, or nothing if that decides otherwise. */
    Optional<MoveRequest> decidedAgain(PairState memory) {
        return decide.apply(memory) instanceof MoveTo again && again.serverId().equals(to())
                ? Optional.of(new MoveRequest(call, again, observation, failedSince, fencing, decide))
                : Optional.empty();
    }

    /** Returns whether to stop the old holder. For a planned move it is not stopped: it lets go by itself. */
    boolean fences() {
        return fencing != Fencing.NONE && decision.fencing();
    }

    /** Returns the server that is to hold the interface. */
    String to() {
        return decision.serverId();
    }

    Kind kind() {
        return decision.kind();
    }

    /** Returns the server that held the interface when the decision was made, or null. */
    @Nullable
    String from() {
        return observation.floating() instanceof Held held ? held.holder() : null;
    }

    /** Returns when clients lost the service: with a planned move, not before the interface left its holder. */
    @Nullable
    Instant lost(Instant detached) {
        if (kind().planned()) {
            return from() == null ? null : detached;
        }
        return failedSince == null ? call.arrived() : failedSince;
    }

    @Override
    public String toString() {
        return "%s to %s: %s (%s)".formatted(kind(), to(), decision.reason(), call.by());
    }
}
