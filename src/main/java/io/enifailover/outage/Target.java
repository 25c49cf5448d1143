package io.enifailover.outage;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.enifailover.protocol.HealthCheck.Scheme;
import java.net.InetSocketAddress;
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
        var scheme = Scheme.named(url.getScheme()).orElseThrow(() -> refused(url));
        var port = url.getPort() < 0 ? scheme.defaultPort() : url.getPort();
        if (url.getHost() == null || port < 0) {
            throw refused(url);
        }
        var address = new InetSocketAddress(url.getHost(), port);
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("url must name a known host, got " + url);
        }
        return new Target(address, url.getHost(), scheme.isSecure(), scheme.isHttp() ? request(url) : "");
    }

    byte[] bytes() {
        return request.getBytes(US_ASCII);
    }

    private static String request(URI url) {
        var path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        var query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        return "GET %s%s HTTP/1.1\r\nHost: %s\r\nUser-Agent: eni-failover\r\nConnection: close\r\n\r\n"
                .formatted(path, query, url.getRawAuthority());
    }

    private static IllegalArgumentException refused(URI url) {
        var forms = Arrays.stream(Scheme.values())
                .map(scheme -> scheme + (scheme.isHttp() ? "://HOST/PATH" : "://HOST:PORT"))
                .toList();
        var last = forms.size() - 1;
        return new IllegalArgumentException("url must be %s or %s, got %s"
                .formatted(String.join(", ", forms.subList(0, last)), forms.get(last), url));
    }
}
