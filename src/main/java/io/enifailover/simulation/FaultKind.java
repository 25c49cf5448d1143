package io.enifailover.simulation;

/** What can go wrong: the demonstration injects some of it, and the tests all of it. */
public enum FaultKind {
    /** The service of a server does not answer. */
    SERVICE_DEAD,
    /** The service of a server answers only at times. */
    SERVICE_FLAPS,
    /** A server has no power, but EC2 shows it as running. */
    CRASHED,
    /** A server does nothing, and does not even release the interface. */
    HUNG,
    /** A server answers at its own address, but never at the floating one. */
    NEVER_USABLE,
    /** A person stops a server, and starts it again at the end. */
    STOPPED,
    /** A server is replaced by a new one, and terminated. */
    REPLACED,
    DETACH_STUCK,
    ATTACH_STUCK,
    /** EC2 refuses to attach the interface to a server. */
    ATTACH_REFUSED,
    EC2_THROTTLES,
    /** Requests to EC2 are lost. */
    EC2_SILENT,
    /** EC2 does what is requested, but its answers are lost. */
    EC2_ANSWERS_LOST,
    /** EC2 describes an outdated state. */
    EC2_LATE,
    /** DescribeInstances sometimes omits a server. */
    OMITTED,
    TABLE_DOWN,
    /** Single requests to the table are lost, and single answers. */
    TABLE_FLAKY,
    CALLS_DIE,
    TRIGGERS_LOST,
    /** Triggers come up to a minute and a half late. */
    TRIGGERS_LATE,
    /** Triggers come a second time, one to two and a half minutes after the first. */
    TRIGGERS_REPEATED,
    /** The witness cannot reach anything. */
    WITNESS_BLIND,
    /** A probe of the witness is lost, but never two of the same endpoint in a row. */
    SINGLE_PROBES_LOST,
    /** Probes of the witness are lost, even several in a row: no number of them proves that a server fails. */
    PROBES_LOST,
    /** No watch can reach the floating address. */
    WATCH_BLIND,
    /** A person orders a switchover to a server. */
    ORDER,
    /** A deployment asks for a server as the holder. */
    DEPLOYED,
    /** The scheduled drill runs. */
    DRILL,
    /** A person pauses automatic moves. */
    HOLD
}
