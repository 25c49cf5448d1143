package io.enifailover.function;

import java.util.Locale;

/** What sort of move it is, by what led to it. */
public enum Kind {
    /** The holder failed. */
    FAILOVER,
    /** An operator ordered it. */
    SWITCHOVER,
    /** The primary has been ready again for long enough. */
    FAILBACK,
    /** A deployment asked for it. */
    SWAP,
    /** The interface was found where no move had left it. */
    REPAIR;

    /** Whether the old holder served until then. */
    boolean planned() {
        return this == SWITCHOVER || this == FAILBACK || this == SWAP;
    }

    /** Whether a hold stands in its way. */
    boolean automatic() {
        return this == FAILOVER || this == FAILBACK || this == REPAIR;
    }

    /** Returns its name in the record, in answers and in metrics. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
