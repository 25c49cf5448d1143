package io.enifailover.function;

import io.enifailover.protocol.Role;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One server of the pair, as shown by EC2 and by the witness's probes.
 *
 * @param id            instance id
 * @param role          part in the pair
 * @param power         state of the instance
 * @param launched      time of the last start
 * @param zone          Availability Zone
 * @param roomForIt     whether device index 1 is free, or holds the floating interface
 * @param publicAddress its own Elastic IP, or null if it has none at present
 * @param health        result of the witness's probes of that address
 */
record Server(
        String id,
        Role role,
        Power power,
        Instant launched,
        String zone,
        boolean roomForIt,
        @Nullable String publicAddress,
        Verdict health) {

    enum Power {
        STARTING,
        RUNNING,
        STOPPING,
        STOPPED,
        GONE
    }

    /** The result of a series of probes of one address. */
    enum Verdict {
        SERVES,
        FAILS,
        /** Fails over a longer series, which counts without a report. */
        FAILS_FOR_LONG,
        /** Not probed: the witness is off, or the address is unknown. */
        UNSEEN;

        /** Returns its name in answers, where the length of a series does not matter. */
        String word() {
            return switch (this) {
                case SERVES -> "serves";
                case FAILS, FAILS_FOR_LONG -> "fails";
                case UNSEEN -> "unseen";
            };
        }

        boolean fails() {
            return this == FAILS || this == FAILS_FOR_LONG;
        }
    }

    Server withHealth(Verdict verdict) {
        return new Server(id, role, power, launched, zone, roomForIt, publicAddress, verdict);
    }

    /** Whether it shuts down or has shut down, and can be started again. */
    boolean stoppingOrStopped() {
        return power == Power.STOPPING || power == Power.STOPPED;
    }

    boolean running() {
        return power == Power.RUNNING;
    }

    @Override
    public String toString() {
        return role + " " + id;
    }
}
