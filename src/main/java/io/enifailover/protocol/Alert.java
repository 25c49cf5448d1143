package io.enifailover.protocol;

/** A state of the pair that a person should know about. */
public enum Alert {
    /** The active server is failing, and the other one cannot take over. */
    BOTH_DOWN,
    /** The active server is failing, but the interface has moved too often or too recently. */
    FLAPPING,
    /** An observer reports a failure, but the witness gets an answer: the observer's network path is at fault. */
    REPORT_CONTRADICTED,
    /** A unit of failover-active.target has failed on a server, active or not. */
    UNIT_FAILED,
    /** No Elastic IP is associated with the interface. */
    ADDRESS_LOST,
    /** The interface does not exist. */
    INTERFACE_MISSING
}
