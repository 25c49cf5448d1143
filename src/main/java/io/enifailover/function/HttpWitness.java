package io.enifailover.function;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.enifailover.protocol.HealthCheck;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Asks the service's health page who serves: one GET, half a second.
 *
 * <p>It speaks HTTP over a plain socket, because it needs what Java's HTTP clients do not give together: a new connection for
 * each look (one kept from the last look may still lead to the old holder), a limit for the whole look even if the answer
 * arrives byte by byte, no redirects, no repeated request, and nothing left behind. {@link java.net.http.HttpClient} keeps a
 * thread and file descriptors until it is garbage collected, and can only be closed since Java 21.
 */
final class HttpWitness implements Witness {
    /**
     * A lost packet is sent again after a second only, and waiting for less than that is not worth it. The system property
     * gives tests on a busy machine, where a healthy server may be slow, more time.
     */
    private static final Duration LIMIT =
            Duration.ofMillis(Integer.getInteger("eni-failover.witness-milliseconds", 500));

    private static final int DEFAULT_PORT = 80;
    private static final int LONGEST_HEAD = 16 * 1024;
    private static final String END_OF_HEAD = "\r\n\r\n";
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})(?: .*)?");
    private static final Pattern SERVED_BY =
            Pattern.compile("(?im)^" + HealthCheck.SERVED_BY + ":[ \\t]*(i-[0-9a-f]{8,17})\\s*$");

    private final URI url;

    /**
     * @throws IllegalArgumentException if the URL is not one of HTTP with a host
     */
    HttpWitness(URI url) {
        if (!"http".equalsIgnoreCase(url.getScheme()) || url.getHost() == null) {
            throw new IllegalArgumentException("the health page must have an http URL with a host, got " + url);
        }
        this.url = url;
    }

    @Override
    public Sight look() {
        var end = System.nanoTime() + LIMIT.toNanos();
        try (var socket = new Socket(Proxy.NO_PROXY)) {
            var proxy = proxy();
            socket.connect(proxy == null ? address(url.getHost(), url.getPort()) : proxy, left(end));
            socket.getOutputStream().write(request(proxy != null).getBytes(ISO_8859_1));
            return sight(head(socket, end));
        } catch (SocketTimeoutException e) {
            return new Sight(null, "no answer within " + LIMIT.toMillis() + " ms");
        } catch (IOException e) {
            return new Sight(null, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        }
    }

    /** Reads the head of the answer; the body is of no interest, and may never come. */
    private static String head(Socket socket, long end) throws IOException {
        var buffer = new byte[LONGEST_HEAD];
        var length = 0;
        while (length < buffer.length) {
            socket.setSoTimeout(left(end));
            var read = socket.getInputStream().read(buffer, length, buffer.length - length);
            if (read < 0) {
                throw new IOException("the connection was closed before the answer was complete");
            }
            length += read;
            var text = new String(buffer, 0, length, ISO_8859_1);
            var endOfHead = text.indexOf(END_OF_HEAD);
            if (endOfHead >= 0) {
                return text.substring(0, endOfHead);
            }
        }
        throw new IOException("the head of the answer is longer than " + LONGEST_HEAD + " bytes");
    }

    private static Sight sight(String head) {
        var status = STATUS.matcher(head.lines().findFirst().orElse(""));
        if (!status.matches()) {
            return new Sight(null, "the answer is not HTTP");
        }
        var words = "HTTP " + status.group(1);
        var server = SERVED_BY.matcher(head);
        if (!server.find()) {
            return new Sight(null, words + " without " + HealthCheck.SERVED_BY);
        }
        return new Sight(status.group(1).equals("200") ? server.group(1) : null, words + " from " + server.group(1));
    }

    private String request(boolean byProxy) {
        var path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return """
                GET %s HTTP/1.1\r
                Host: %s\r
                Connection: close\r
                \r
                """.formatted(byProxy ? "http://" + url.getRawAuthority() + path : path, url.getRawAuthority());
    }

    /** The proxy of the system properties {@code http.proxyHost} and so on, or null if there is none. */
    private @Nullable InetSocketAddress proxy() {
        return ProxySelector.getDefault().select(url).stream()
                .filter(proxy -> proxy.type() == Proxy.Type.HTTP)
                .map(proxy -> (InetSocketAddress) proxy.address())
                .map(address -> address(address.getHostString(), address.getPort()))
                .findFirst()
                .orElse(null);
    }

    private static InetSocketAddress address(String host, int port) {
        return new InetSocketAddress(host, port < 0 ? DEFAULT_PORT : port);
    }

    /** The milliseconds until then, 1 or more: a timeout of 0 would mean none. */
    private static int left(long end) throws SocketTimeoutException {
        var left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
            throw new SocketTimeoutException();
        }
        return (int) left;
    }
}
