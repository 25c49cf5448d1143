package io.enifailover.protocol;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a person or a schedule asks the function for: its name and the components of its record are the fields of its JSON. */
public sealed interface Order {

    /** Returns the name of the order. */
    String order();

    /** An order that changes nothing, and that the alias for questions accepts. */
    sealed interface Question extends Order {}

    /**
     * Moves the interface.
     *
     * @param to     role of the server, or null for the other one
     * @param by     who asks
     * @param dryRun whether only to say what would be done
     */
    record SwitchoverOrder(@Nullable Role to, String by, boolean dryRun) implements Order {
        public static final String NAME = "switchover";

        @Override
        public String order() {
            return NAME;
        }
    }

    /**
     * Pauses all moves but ordered ones.
     *
     * @param duration until the hold ends by itself, a minute to 30 days
     * @param reason   why, for other people
     * @param by       who asks
     */
    record HoldOrder(Duration duration, String reason, String by) implements Order {
        public static final String NAME = "hold";

        @Override
        public String order() {
            return NAME;
        }
    }

    /**
     * Ends a hold.
     *
     * @param by who asks
     */
    record ReleaseOrder(String by) implements Order {
        public static final String NAME = "release";

        @Override
        public String order() {
            return NAME;
        }
    }

    /** Asks who holds the interface, who could, and what happened. */
    record StatusOrder() implements Question {
        public static final String NAME = "status";

        @Override
        public String order() {
            return NAME;
        }
    }

    /**
     * Asks what happened.
     *
     * @param most how many moves at most, 1 to 1000
     */
    record HistoryOrder(int most) implements Question {
        public static final String NAME = "history";

        @Override
        public String order() {
            return NAME;
        }
    }

    /** Asks whether a failover would work. */
    record PreflightOrder() implements Question {
        public static final String NAME = "preflight";

        @Override
        public String order() {
            return NAME;
        }
    }

    /** Moves the interface to the server that does not hold it, if a failover would work. */
    record DrillOrder() implements Order {
        public static final String NAME = "drill";

        @Override
        public String order() {
            return NAME;
        }
    }
}
