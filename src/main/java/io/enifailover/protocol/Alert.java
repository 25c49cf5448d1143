package io.enifailover.protocol;

/** A state of the pair that a person should know of. */
public enum Alert {
    /** The active server fails, and no other one can take over. */
    BOTH_DOWN,
    /** The active server fails, but the interface has moved too often or just now. */
    FLAPPING,
    /** An observer reports a failure, but the witness gets an answer: the path of the observer is bad. */
    REPORT_CONTRADICTED,
    /** A unit of failover-active.target has failed on a server, active or not. */
    UNIT_FAILED,
    /** No Elastic IP is associated with the interface. */
    ADDRESS_LOST,
    /** The interface does not exist. */
    INTERFACE_MISSING
}
