package io.enifailover.protocol;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the function checks from outside the pair: the service, and each server at its own address.
 *
 * @param address      Elastic IP of the service, or a CDK token for it
 * @param check        health check of the service, and of the server that holds the interface
 * @param standbyCheck health check of the other server, or null for none
 */
public record WitnessedService(
        String address, HealthCheck check, @Nullable HealthCheck standbyCheck) {
    private static final String NONE = "none";
    private static final Pattern ADDRESS = Pattern.compile("[0-9A-Za-z.-]{1,253}");

    /**
     * Reads what {@link #toString()} has written.
     *
     * @param setting name of the setting, for the error
     * @throws IllegalArgumentException with a one-line message, for anything else
     */
    public static WitnessedService named(String setting, String text) {
        var words = text.split(" ", -1);
        if (words.length != 3 || !ADDRESS.matcher(words[0]).matches()) {
            throw new IllegalArgumentException(
                    "%s must be an address and two health checks, such as 192.0.2.1 tcp:5432 none, got %s"
                            .formatted(setting, SafeText.received(text)));
        }
        return new WitnessedService(
                words[0],
                HealthCheck.named(setting, words[1]),
                words[2].equals(NONE) ? null : HealthCheck.named(setting, words[2]));
    }

    /** Returns the check of the service at the address that clients use. */
    public Endpoint endpoint() {
        return new Endpoint(check, address);
    }

    /** Returns address, check and standby check as one text. */
    @Override
    public String toString() {
        return address + " " + check + " " + (standbyCheck == null ? NONE : standbyCheck);
    }
}
