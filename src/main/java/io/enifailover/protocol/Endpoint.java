package io.enifailover.protocol;

/**
 * A health check at one address.
 *
 * @param check   how the service is checked
 * @param address IPv4 address or host name
 */
public record Endpoint(HealthCheck check, String address) {

    /** Returns it as a URL, such as {@code https://203.0.113.25/health} or {@code tcp://203.0.113.25:5432}. */
    @Override
    public String toString() {
        return check.urlAt(address);
    }
}
