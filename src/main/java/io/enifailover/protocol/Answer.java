package io.enifailover.protocol;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the function answers: the components of a record are the fields of its JSON. */
public sealed interface Answer
        permits Answer.MoveAnswer,
                Answer.DryRunAnswer,
                Answer.HoldAnswer,
                Answer.HistoryAnswer,
                Answer.PreflightAnswer,
                Answer.HeartbeatAnswer,
                PairStatus {

    /**
     * To a trigger, and to an order to move.
     *
     * @param moved   whether the interface was moved
     * @param message what was done or left, and why
     * @param alert   what a person should know, or null
     */
    record MoveAnswer(
            boolean moved, String message, @Nullable Alert alert) implements Answer {
        public MoveAnswer {
            requireNonNull(message, "message");
        }
    }

    /**
     * To an order that is only asked what it would do.
     *
     * @param wouldMove whether the interface would be moved
     * @param message   what would be done or left, and why
     */
    record DryRunAnswer(boolean wouldMove, String message) implements Answer {
        public DryRunAnswer {
            requireNonNull(message, "message");
        }
    }

    /**
     * To an order that begins or ends a hold.
     *
     * @param hold the one that counts now, or null
     */
    record HoldAnswer(@Nullable Hold hold) implements Answer {}

    /**
     * To an order for the history.
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
     * To an order for a preflight.
     *
     * @param ready whether no check fails
     */
    record PreflightAnswer(boolean ready, List<ReadinessCheck> checks) implements Answer {
        public PreflightAnswer {
            checks = List.copyOf(requireNonNull(checks, "checks"));
        }
    }

    /**
     * To a heartbeat.
     *
     * @param heard whether it was written down
     */
    record HeartbeatAnswer(boolean heard) implements Answer {}
}
