package io.enifailover.function;

/** What must hold in every history, at every step. */
enum Invariant {
    /** A detach ends the attachment that it names, and no other. */
    ENDS_THE_NAMED_ATTACHMENT,
    /** Nobody but a person takes the interface from a server that the witness can see serve, or stops that server. */
    KEEPS_A_SERVING_HOLDER,
    /** The interface is not moved to a server that does not serve while another eligible server does. */
    PREFERS_A_SERVER_THAT_SERVES,
    /** With {@code stop-first}, the interface comes to no server while another one may act as the active one. */
    NEVER_TWO_ACTIVE_SERVERS,
    /** Nobody attaches the interface to a tainted server. */
    AVOIDS_TAINTED_SERVERS,
    /** Two calls never change something while both have the lease. */
    ONE_MOVER,
    /** A call that has lost its lease changes nothing any more. */
    KEEPS_TO_ITS_LEASE,
    /** A call at work keeps its lease as long as it can renew it. */
    LEASE_OUTLIVES_ITS_CALLS,
    /** Nothing but orders and deployments moves the interface, and nothing stops or starts a server, during a hold. */
    RESPECTS_HOLDS,
    /**
     * No automatic move within the cool-down, except from where the last move failed to a server that serves. If the record
     * cannot be read, the cool-down begins when EC2 began to attach the interface.
     */
    COOLS_DOWN,
    /** No automatic move beyond the flap limit. */
    LIMITS_FLAPPING,
    /** At most one move for each thing that goes wrong. */
    ONE_MOVE_PER_INCIDENT,
    /** A failback goes from the standby to the primary, which has been ready without a break. */
    FAILS_BACK_ONLY_TO_A_READY_PRIMARY,
    /** A server is stopped only when the record says so, since only the record leads to its start. */
    RECORDS_A_STOP_FIRST,
    /** A server is stopped only after EC2 was asked for a forced detach, or to fence it after a failover. */
    STOPS_ONLY_OLD_HOLDERS,
    /** A machine that is alive has the whole deadline of the detach to let the interface go; then it is detached by force. */
    GIVES_A_LIVE_HOLDER_TIME,
    /** Without a witness, a report counts only once the holder has had the time that a move waits for it to serve. */
    GIVES_A_NEW_HOLDER_TIME,
    /** Without a witness, a report alone never leads to the stop of a server. */
    FENCES_ON_MORE_THAN_A_REPORT,
    /**
     * A server that a person has stopped stays stopped until a person starts it, unless the controller could not know whether
     * it had stopped that server itself: an answer of EC2 or of the record was lost, or its call died.
     */
    STARTS_ONLY_WHAT_IT_STOPPED,
    /** Each automatic move counts once for cool-down and flap limit, and nothing else does. */
    COUNTS_EACH_MOVE_ONCE,
    /** A server that can serve gets the interface within {@link Liveness#BOUND}. */
    SERVES_IN_TIME;

    /** A history in which it does not hold. */
    static final class Violation extends AssertionError {
        private static final long serialVersionUID = 1L;

        private final Invariant invariant;

        Violation(Invariant invariant, String message) {
            super(message);
            this.invariant = invariant;
        }

        Violation(Violation cause, String more) {
            super("%s: %s%n%s".formatted(cause.invariant, cause.getMessage(), more), cause);
            this.invariant = cause.invariant;
        }

        Invariant invariant() {
            return invariant;
        }
    }
}
