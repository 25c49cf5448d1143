package io.enifailover.function;

import java.util.Locale;

/** The kind of a move: what led to it. */
public enum Kind {
    /** The holder failed. */
    FAILOVER,
    /** An operator ordered it. */
    SWITCHOVER,
    /** The primary has been ready for the time of automatic failback. */
    FAILBACK,
    /** A deployment asked for it. */
    SWAP,
    /** An unfinished move was completed, or the interface was found where no recorded move had left it. */
    REPAIR;

    /** Whether the old holder was meant to serve until the move. */
    boolean planned() {
        return this == SWITCHOVER || this == FAILBACK || this == SWAP;
    }

    /** Whether a hold prevents it. */
    boolean automatic() {
        return this == FAILOVER || this == FAILBACK || this == REPAIR;
    }

    /** Returns its name in the record, in answers and in metrics. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
