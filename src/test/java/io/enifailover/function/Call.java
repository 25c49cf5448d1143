package io.enifailover.function;

import io.enifailover.function.Decision.MoveTo;
import io.enifailover.function.PairRecord.PairState;
import io.enifailover.simulation.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One call of the simulated function, as seen from outside. */
final class Call {
    /** Who called. */
    enum By {
        TRIGGER,
        SCHEDULE,
        ORDER,
        DRILL,
        DEPLOYMENT,
        HEARTBEAT;

        boolean automatic() {
            return this == TRIGGER || this == SCHEDULE;
        }
    }

    /** Of this attempt. */
    final String name;

    /** Of the call as the function knows it: the same for each attempt. */
    final String id;

    final By by;
    final Clock clock;
    final Instant began;

    /** When the observation began that its last decision rests on. */
    Instant observed;

    PairState recorded = PairState.EMPTY;

    @Nullable
    Decision decision;

    @Nullable
    Instant detachAsked;

    /** When it first asked for a detach, whether or not EC2 accepted that. */
    @Nullable
    Instant detachWanted;

    /** The attachment that it began last. */
    @Nullable
    String attached;

    /** The server that it has stopped, or was about to stop. */
    @Nullable
    String stops;

    boolean recordFailed;

    /** Whether its last decision knows nothing of the record. */
    boolean unread;

    boolean answerLost;
    boolean dead;
    boolean ended;
    boolean moved;
    boolean moveFailed;

    /** What its last decision was made on. */
    @Nullable
    Observation seen;

    /** Whether the record gave it no answer since it granted the lease last. */
    boolean unsure;

    /** The servers that it has asked to let the interface go, whether or not EC2 accepted that. */
    final Set<String> askedToLetGo = new HashSet<>();

    /** Probes that were lost since its observation began, by address. */
    final Map<String, Integer> allLostProbes = new HashMap<>();

    /** Whether one of them was lost by a fault that may lose any number in a row. */
    boolean misled;

    /** Probes in a row that were lost, by address. */
    final Map<String, Integer> lostProbes = new HashMap<>();

    Call(String name, String id, By by, Clock clock, Instant began) {
        this.name = name;
        this.id = id;
        this.by = by;
        this.clock = clock;
        this.began = began;
        this.observed = began;
    }

    boolean automatic() {
        return by.automatic();
    }

    boolean decidedOn(Kind kind) {
        return decision instanceof MoveTo move && move.kind() == kind;
    }
}
