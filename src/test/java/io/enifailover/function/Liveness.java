package io.enifailover.function;

import static java.util.stream.Collectors.toSet;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The bound on an outage, judged by the truth alone: if one server could serve for {@link #BOUND} without a break, and nothing
 * kept the interface from moving there, then the interface has served at some time within that bound.
 *
 * <p>The record may be down all that time, the witness blind, the other server dead or refused by EC2. What keeps the
 * interface from moving: faults that hinder the controller or EC2, a hold, the cool-down, the flap limit, and, where there is
 * no witness, wrong clocks of the servers while the record cannot be read.
 */
final class Liveness {
    /**
     * A call that is still at work and its lease, a tick (60 s), a tainted candidate's stop and start (three more ticks, and
     * 60 s until it serves), probes that find every address silent (60 s), and a move.
     */
    static final Duration BOUND = Simulation.LIFETIME
            .plus(Mover.LEASE)
            .plusSeconds(60 + 3 * 60 + 60 + 60)
            .plus(Deadlines.DEFAULT.overall());

    /** Since when each server could have served, though the interface did not. */
    private final Map<String, Instant> waiting = new HashMap<>();

    /**
     * @param able the servers that could serve, if nothing hindered it
     */
    void second(Instant now, boolean serves, boolean hindered, Collection<String> able) {
        waiting.keySet().retainAll(serves || hindered ? Set.of() : able.stream().collect(toSet()));
        if (!serves && !hindered) {
            able.forEach(server -> waiting.putIfAbsent(server, now));
        }
    }

    /** Whether the bound is exceeded. */
    boolean isExceeded(Instant now) {
        return !waiting.isEmpty()
                && now.isAfter(Collections.min(waiting.values()).plus(BOUND));
    }

    boolean isWaiting() {
        return !waiting.isEmpty();
    }
}
