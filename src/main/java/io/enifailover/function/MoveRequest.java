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
 * A move to make.
 *
 * @param call the call of the function that decided on it
 * @param decision where to, and why
 * @param observation the observation behind the decision
 * @param failedSince when the holder began to fail, or null if unknown
 * @param fencing the setting for stopping the old holder
 * @param decide decides again with the record that comes with the lease: the read before the decision may have failed, or be
 *     out of date
 */
record MoveRequest(
        Invocation call,
        MoveTo decision,
        Observation observation,
        @Nullable Instant failedSince,
        Fencing fencing,
        Function<PairState, Decision> decide) {

    /** Returns the move that follows from this record if it goes to the same server, otherwise nothing. */
    Optional<MoveRequest> decidedAgain(PairState recorded) {
        return decide.apply(recorded) instanceof MoveTo again
                        && again.serverId().equals(to())
                ? Optional.of(new MoveRequest(call, again, observation, failedSince, fencing, decide))
                : Optional.empty();
    }

    /** Returns whether to stop the old holder. A planned move does not stop it: it confirms the detach by itself. */
    boolean fences() {
        return fencing != Fencing.NONE && decision.fencing();
    }

    /** Returns these deadlines, with a shorter one for the detach if the holder cannot confirm it. */
    Deadlines within(Deadlines deadlines) {
        return observation.holderIsSilent() ? deadlines.fromASilentHolder() : deadlines;
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

    /** Returns when clients lost the service. In a planned move, that is when the interface left its holder. */
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
