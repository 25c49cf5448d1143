package io.enifailover.protocol;

import java.net.URI;
import java.util.regex.Pattern;

/**
 * How a server, or whichever holds the floating address, is asked whether it serves: a GET that has to be answered with 200 and
 * with the server's instance id in the header {@value #SERVED_BY}.
 *
 * @param scheme how it is asked
 * @param port   TCP port, 1 to 65535
 * @param path   path of the page, with the slash that it begins with
 */
public record HealthCheck(Scheme scheme, int port, String path) {
    /** Header by which a server says who has answered. */
    public static final String SERVED_BY = "X-Served-By";

    /** The path ends up in a URL, in a file of shell variables and in nginx.conf. */
    private static final Pattern PATH = Pattern.compile("/[0-9A-Za-z._/-]*");

    /** The health check of the servers' nginx. */
    public static final HealthCheck DEFAULT = new HealthCheck(Scheme.HTTP, 80, "/healthz");

    /** By what a health check asks. */
    public enum Scheme {
        HTTP("http", 80);

        private final String text;
        private final int defaultPort;

        Scheme(String text, int defaultPort) {
            this.text = text;
            this.defaultPort = defaultPort;
        }
    }

    public HealthCheck {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port of a health check must be 1 to 65535, got " + port);
        }
        if (!PATH.matcher(path).matches()) {
            throw new IllegalArgumentException(
                    "path of a health check must be / and then letters, digits, dots, slashes, - or _, got " + path);
        }
    }

    /**
     * Returns the health check that has this URL.
     *
     * @throws IllegalArgumentException for any other URL, in one line
     */
    public static HealthCheck of(URI url) {
        if (!Scheme.HTTP.text.equalsIgnoreCase(url.getScheme()) || url.getHost() == null) {
            throw new IllegalArgumentException("a health check must have an http URL with a host, got " + url);
        }
        var path = url.getRawPath();
        return new HealthCheck(
                Scheme.HTTP, url.getPort() < 0 ? Scheme.HTTP.defaultPort : url.getPort(), path.isEmpty() ? "/" : path);
    }

    /**
     * Returns the URL of this health check at one address, as text.
     *
     * @param address IPv4 address, or a token of the CDK that stands for one
     */
    public String urlAt(String address) {
        return scheme.text + "://" + address + (port == scheme.defaultPort ? "" : ":" + port) + path;
    }

    /**
     * Returns the URL of this health check at one address.
     *
     * @param address IPv4 address
     */
    public URI at(String address) {
        return URI.create(urlAt(address));
    }
}
