package io.enifailover.function;

import java.util.Locale;

/** What prevents a move that there is a reason for. */
public enum Refusal {
    HOLD,
    COOL_DOWN,
    FLAPPING,
    BOTH_DOWN,
    NOT_READY;

    /** Returns its name in metrics and in the log. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
