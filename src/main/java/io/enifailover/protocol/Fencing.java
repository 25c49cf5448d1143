package io.enifailover.protocol;

import java.util.Arrays;
import java.util.Locale;

/** What makes sure that the old holder can do no harm after a failover. */
public enum Fencing {
    /** Nothing but the interface itself, which only one server can have. */
    NONE,
    /** A failover stops the old holder once the interface has left it. */
    STOP,
    /** The interface reaches another server only once the old holder has stopped, or has let go of it by itself. */
    STOP_FIRST;

    /**
     * Returns the fencing of that name.
     *
     * @param setting what is being read, for the error
     * @param name    {@code none}, {@code stop} or {@code stop-first}
     * @throws IllegalArgumentException for any other name
     */
    public static Fencing named(String setting, String name) {
        return Arrays.stream(values())
                .filter(it -> it.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "%s must be %s, %s or %s, got %s".formatted(setting, NONE, STOP, STOP_FIRST, name)));
    }

    /** Returns its name in settings and for the function. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
