package io.enifailover.protocol;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An answer of the function; the components of the record are the fields of its JSON. */
public sealed interface Answer
        permits Answer.MoveAnswer,
                Answer.DryRunAnswer,
                Answer.HoldAnswer,
                Answer.HistoryAnswer,
                Answer.PreflightAnswer,
                Answer.HeartbeatAnswer,
                PairStatus {

    /**
     * Answer to a trigger or to an order to move.
     *
     * @param moved   whether the interface was moved
     * @param message what was done or not done, and why
     * @param alert   what a person should know, or null
     */
    record MoveAnswer(
            boolean moved, String message, @Nullable Alert alert) implements Answer {
        public MoveAnswer {
            requireNonNull(message, "message");
        }
    }

    /**
     * Answer to an order with {@code dryRun}.
     *
     * @param wouldMove whether the interface would be moved
     * @param message   what would be done or not done, and why
     */
    record DryRunAnswer(boolean wouldMove, String message) implements Answer {
        public DryRunAnswer {
            requireNonNull(message, "message");
        }
    }

    /**
     * Answer to an order that begins or ends a hold.
     *
     * @param hold hold in effect now, or null
     */
    record HoldAnswer(@Nullable Hold hold) implements Answer {}

    /**
     * Answer to an order for the history.
     *
     * @param history     newest first
     * @param failedUnits units of failover-active.target that have failed on the server of the latest move, by its last
     *                    heartbeat after that move, with spaces between them, or null
     */
    record HistoryAnswer(List<MoveEntry> history, @Nullable String failedUnits) implements Answer {
        public HistoryAnswer {
            history = List.copyOf(requireNonNull(history, "history"));
        }
    }

    /**
     * Answer to an order for a preflight.
     *
     * @param ready whether no check fails
     */
    record PreflightAnswer(boolean ready, List<ReadinessCheck> checks) implements Answer {
        public PreflightAnswer {
            checks = List.copyOf(requireNonNull(checks, "checks"));
        }
    }

    /**
     * Answer to a heartbeat.
     *
     * @param heard whether it was recorded
     */
    record HeartbeatAnswer(boolean heard) implements Answer {}
}
