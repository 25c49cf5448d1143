package io.enifailover;

import io.enifailover.protocol.HealthCheck;
import org.jspecify.annotations.Nullable;

/** How the server that does not hold the floating interface is checked. */
public final class StandbyCheck {
    /** The health check of the service, for a service that runs on both servers. */
    public static final StandbyCheck SAME = new StandbyCheck("same", null);

    /** No health check, for a service that runs on the active server only: heartbeats of the other server's watch are enough. */
    public static final StandbyCheck NONE = new StandbyCheck("none", null);

    private final String name;
    private final @Nullable HealthCheck other;

    private StandbyCheck(String name, @Nullable HealthCheck other) {
        this.name = name;
        this.other = other;
    }

    /** Returns another health check, such as that of a replica. */
    public static StandbyCheck of(HealthCheck check) {
        return new StandbyCheck(check.toString(), check);
    }

    /**
     * Parses a standby check.
     *
     * @param setting name of the setting, for the error
     * @param text    {@code same}, {@code none} or a health check such as {@code tcp:5432}
     * @throws IllegalArgumentException with a one-line message, for anything else
     */
    public static StandbyCheck named(String setting, String text) {
        return switch (text) {
            case "same" -> SAME;
            case "none" -> NONE;
            default -> of(HealthCheck.named(setting, text));
        };
    }

    /** Returns the health check of a server that does not hold the interface, or null if it has none. */
    @Nullable
    HealthCheck resolve(HealthCheck healthCheck) {
        return this == SAME ? healthCheck : other;
    }

    @Override
    public String toString() {
        return name;
    }
}
