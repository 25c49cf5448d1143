package io.enifailover.protocol;

import java.util.Arrays;
import java.util.Locale;

/** How a failover keeps the old holder from doing harm. */
public enum Fencing {
    /** Nothing, except that only one server can have the interface. */
    NONE,
    /** A failover stops the old holder once the interface has left it. */
    STOP,
    /** The interface reaches another server only once the old holder has stopped, or has released it by itself. */
    STOP_FIRST;

    /**
     * Returns the fencing of that name.
     *
     * @param setting name of the setting, for the error
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

    /** Returns its name in settings and in the function's environment. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
