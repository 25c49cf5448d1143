package io.enifailover.function;

import io.enifailover.function.HealthProber.Series;
import io.enifailover.protocol.Alert;
import org.jspecify.annotations.Nullable;

/** What to do after an observation, and the reason as text. */
sealed interface Decision {
    String reason();

    /**
     * Do nothing.
     *
     * @param alert the state to report to a person, or null
     * @param refusal what prevents a move that there is a reason for, or null
     */
    record Keep(
            String reason, @Nullable Alert alert, @Nullable Refusal refusal) implements Decision {
        Keep(String reason) {
            this(reason, null, null);
        }
    }

    /**
     * Move the interface to this server.
     *
     * @param fencing whether the old holder may be stopped, if the settings say so
     */
    record MoveTo(String serverId, Kind kind, String reason, boolean fencing) implements Decision {
        MoveTo(String serverId, Kind kind, String reason) {
            this(serverId, kind, reason, kind == Kind.FAILOVER);
        }

        MoveTo withoutFencing() {
            return new MoveTo(serverId, kind, reason, false);
        }
    }

    record ProbeAgain(String reason, Series series) implements Decision {}
}
