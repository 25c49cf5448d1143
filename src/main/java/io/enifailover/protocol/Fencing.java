package io.enifailover.protocol;

import java.util.Arrays;
import java.util.Locale;

/** What makes sure that the old holder can do no harm after a failover. */
public enum Fencing {
    /** Nothing but the interface itself, which only one server can have. */
    NONE,
    /** The old holder is stopped. */
    STOP;

    /**
     * Returns the fencing of that name.
     *
     * @param setting what is being read, for the error
     * @param name    {@code none} or {@code stop}
     * @throws IllegalArgumentException for any other name
     */
    public static Fencing named(String setting, String name) {
        return Arrays.stream(values())
                .filter(it -> it.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "%s must be %s or %s, got %s".formatted(setting, NONE, STOP, name)));
    }

    /** Returns its name in settings and for the function. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
