package io.enifailover.outage;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.InetSocketAddress;
import java.net.MalformedURLException;
import java.net.URI;
import java.util.Arrays;

/**
 * What is probed.
 *
 * @param address address, looked up once
 * @param host    host name or address, as in the URL
 * @param secure  whether to use TLS
 * @param request text to send, empty if an accepted connection is enough
 */
record Target(InetSocketAddress address, String host, boolean secure, String request) {

    /** @throws IllegalArgumentException with a one-line message, if this cannot be probed */
    static Target of(URI url) {
        var port = port(url);
        if (url.getHost() == null || port < 0) {
            throw new IllegalArgumentException(
                    "url must be http://HOST/PATH, https://HOST/PATH or tcp://HOST:PORT, got " + url);
        }
        var address = new InetSocketAddress(url.getHost(), port);
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("url must name a known host, got " + url);
        }
        return new Target(address, url.getHost(), "https".equals(url.getScheme()), request(url));
    }

    byte[] bytes() {
        return request.getBytes(US_ASCII);
    }

    private static String request(URI url) {
        if (url.getScheme().equals("tcp")) {
            return "";
        }
        var path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        var query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        return "GET %s%s HTTP/1.1\r\nHost: %s\r\nUser-Agent: eni-failover\r\nConnection: close\r\n\r\n"
                .formatted(path, query, url.getRawAuthority());
    }

    /** Returns -1 if there is no port, or if the scheme is not supported. */
    private static int port(URI url) {
        if (!Arrays.asList("http", "https", "tcp").contains(url.getScheme())) {
            return -1;
        }
        if (url.getPort() >= 0 || url.getScheme().equals("tcp")) {
            return url.getPort();
        }
        try {
            return url.toURL().getDefaultPort();
        } catch (MalformedURLException | IllegalArgumentException e) {
            return -1;
        }
    }
}
