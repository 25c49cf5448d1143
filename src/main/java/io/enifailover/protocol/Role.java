package io.enifailover.protocol;

import java.util.Arrays;
import java.util.Locale;

/** The part that a server plays in its pair; it does not change with a move. */
public enum Role {
    /** The server that holds the floating interface first. */
    PRIMARY,
    /** The other one. */
    STANDBY;

    /**
     * Returns the role of that name.
     *
     * @param setting name of the setting, for the error
     * @param name    {@code primary} or {@code standby}
     * @throws IllegalArgumentException for any other name
     */
    public static Role named(String setting, String name) {
        return Arrays.stream(values())
                .filter(role -> role.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "%s must be %s or %s, got %s".formatted(setting, PRIMARY, STANDBY, name)));
    }

    public Role other() {
        return this == PRIMARY ? STANDBY : PRIMARY;
    }

    /** Returns its name in settings and events. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
