package io.enifailover.protocol;

import static java.util.stream.Collectors.joining;

import java.net.MalformedURLException;
import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The health check of a service, used by first boot, watch, witness and the operator's command.
 *
 * <p>As text it is {@code http:8080/health}, {@code https:443/health} or {@code tcp:5432}; an HTTP check may add the
 * statuses that count as success, as in {@code http:8080/health=200-204}. HTTPS is checked without verifying the
 * certificate, as AWS's load balancers do:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html
 *
 * @param scheme   protocol of the check
 * @param port     TCP port, 1 to 65535
 * @param path     path of the GET request, beginning with a slash; empty for TCP
 * @param statuses HTTP statuses that count as success; ignored for TCP
 */
public record HealthCheck(Scheme scheme, int port, String path, Statuses statuses) {
    /**
     * Header in which a service may name the server that answered, by its instance id. Without it, the answer is
     * attributed to the server that has the address.
     */
    public static final String SERVED_BY = "X-Served-By";

    /** The path ends up in a URL, in a file of shell variables, and in configuration files. */
    private static final Pattern PATH = Pattern.compile("/[0-9A-Za-z._~/%+-]{0,200}");

    private static final Pattern TEXT =
            Pattern.compile("(" + Scheme.names("|") + "):([0-9]{1,5})(/[^ =]*)?(?:=([0-9]{3})-([0-9]{3}))?");

    /** Protocol of a health check. */
    public enum Scheme {
        HTTP,
        HTTPS,
        /** Passes if the connection is accepted. */
        TCP;

        /** Returns the names of all of them in one text, with this between two. */
        static String names(String separator) {
            return Arrays.stream(values()).map(Scheme::toString).collect(joining(separator));
        }

        /** Returns the scheme of that name; empty for any other text. */
        public static Optional<Scheme> named(@Nullable String name) {
            return Arrays.stream(values())
                    .filter(scheme -> scheme.toString().equals(name))
                    .findFirst();
        }

        /** Whether a request is sent, which has a path, and the status of its answer counts. */
        public boolean isHttp() {
            return this == HTTP || this == HTTPS;
        }

        /** Returns the port that a URL need not name, or -1 if it must. */
        public int defaultPort() {
            try {
                return isHttp() ? URI.create(this + "://localhost/").toURL().getDefaultPort() : -1;
            } catch (MalformedURLException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Whether the connection is over TLS. */
        public boolean isSecure() {
            return this == HTTPS;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A range of HTTP statuses.
     *
     * @param lowest  100 to 599
     * @param highest lowest to 599
     */
    public record Statuses(int lowest, int highest) {
        /** 200 to 399: success and redirections. */
        public static final Statuses DEFAULT = new Statuses(200, 399);

        public Statuses {
            if (lowest < 100 || highest > 599 || lowest > highest) {
                throw new IllegalArgumentException(
                        "statuses of a health check must be 100 to 599, the lower one first, got " + lowest + "-"
                                + highest);
            }
        }

        public boolean contain(int status) {
            return lowest <= status && status <= highest;
        }

        @Override
        public String toString() {
            return lowest + "-" + highest;
        }
    }

    public HealthCheck {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port of a health check must be 1 to 65535, got " + port);
        }
        if (scheme.isHttp() ? !PATH.matcher(path).matches() : !path.isEmpty()) {
            throw new IllegalArgumentException(
                    scheme.isHttp()
                            ? "path of a health check must be / and then at most 200 letters, digits and ._~/%+-, got "
                                    + (path.isEmpty() ? "none" : SafeText.line(path))
                            : "health check %s:%d must have no path, got %s"
                                    .formatted(scheme, port, SafeText.line(path)));
        }
    }

    /**
     * Returns a check by a GET over plain HTTP.
     *
     * @param port TCP port, 1 to 65535
     * @param path path, beginning with a slash
     */
    public static HealthCheck http(int port, String path) {
        return new HealthCheck(Scheme.HTTP, port, path, Statuses.DEFAULT);
    }

    /**
     * Returns a check by a GET over TLS, with any certificate.
     *
     * @param port TCP port, 1 to 65535
     * @param path path, beginning with a slash
     */
    public static HealthCheck https(int port, String path) {
        return new HealthCheck(Scheme.HTTPS, port, path, Statuses.DEFAULT);
    }

    /**
     * Returns a check that passes if the connection is accepted.
     *
     * @param port TCP port, 1 to 65535
     */
    public static HealthCheck tcp(int port) {
        return new HealthCheck(Scheme.TCP, port, "", Statuses.DEFAULT);
    }

    /** Returns this check with other statuses as success. */
    public HealthCheck withStatuses(int lowest, int highest) {
        return new HealthCheck(scheme, port, path, new Statuses(lowest, highest));
    }

    /**
     * Parses a health check.
     *
     * @param setting name of the setting, for the error
     * @param text    such as {@code https:443/health}
     * @throws IllegalArgumentException with a one-line message, for anything else
     */
    public static HealthCheck named(String setting, String text) {
        var parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    setting + " must be such as http:8080/health, https:443/health=200-299 or tcp:5432, got "
                            + SafeText.received(text));
        }
        var scheme = Scheme.named(parts.group(1)).orElseThrow();
        var path = parts.group(3) == null ? "" : parts.group(3);
        if (!scheme.isHttp() && parts.group(4) != null) {
            throw new IllegalArgumentException(
                    setting + " " + scheme + " must have no statuses, got " + SafeText.line(text));
        }
        return new HealthCheck(
                scheme,
                Integer.parseInt(parts.group(2)),
                path,
                parts.group(4) == null
                        ? Statuses.DEFAULT
                        : new Statuses(Integer.parseInt(parts.group(4)), Integer.parseInt(parts.group(5))));
    }

    /**
     * Returns the URL of this check at an address.
     *
     * @param address IPv4 address, or a CDK token for one
     */
    public String urlAt(String address) {
        return scheme + "://" + address + (port == scheme.defaultPort() ? "" : ":" + port) + path;
    }

    /** Returns this health check in the form that {@link #named} reads. */
    @Override
    public String toString() {
        return scheme + ":" + port + path + (statuses.equals(Statuses.DEFAULT) ? "" : "=" + statuses);
    }
}
