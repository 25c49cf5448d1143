package io.enifailover.protocol;

/** The names under which the function writes its CloudWatch metrics, and the dashboard and the alarms read them. */
public final class MetricNames {
    public static final String NAMESPACE = "EniFailover";

    /** Dimension of every metric: the id of the floating interface. */
    public static final String INTERFACE = "Interface";

    /** Second dimension of {@link #MOVES}. */
    public static final String KIND = "Kind";

    /** Second dimension of {@link #REFUSED}. */
    public static final String REASON = "Reason";

    public static final String MOVES = "Moves";
    public static final String OUTAGE = "Outage";
    public static final String OVER_TIME = "OverTime";
    public static final String REFUSED = "Refused";
    public static final String FLAPPING_HELD = "FlappingHeld";
    public static final String HOLDER = "Holder";
    public static final String CANDIDATE_READY = "CandidateReady";
    public static final String SERVING = "Serving";
    public static final String BOTH_DOWN = "BothDown";
    public static final String TAINTED = "Tainted";
    public static final String WITNESS_LATENCY = "WitnessLatency";
    public static final String LEASE_CONFLICTS = "LeaseConflicts";
    public static final String ERRORS = "Errors";

    private MetricNames() {}
}
