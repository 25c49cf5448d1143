package io.enifailover.function;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.enifailover.protocol.AnyCertificate;
import io.enifailover.protocol.Endpoint;
import io.enifailover.protocol.HealthCheck;
import io.enifailover.protocol.HealthCheck.Scheme;
import io.enifailover.protocol.HttpHead;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Probes one endpoint: one connection, a quarter of a second for it, half a second for all.
 *
 * <p>It speaks HTTP over a socket, because no HTTP client of Java has all that it needs: a new connection for each
 * probe (a connection kept from the last probe may still lead to the old holder), a limit for the whole probe even if the answer
 * arrives byte by byte, no redirects, no repeated request, and nothing left behind. {@link java.net.http.HttpClient} keeps a
 * thread and file descriptors until it is garbage collected, and can only be closed since Java 21.
 */
final class EndpointWitness implements Witness {
    /**
     * TCP sends a lost packet again only after a second, so a somewhat longer timeout would not help after a loss. The system
     * property allows more time in tests on a busy machine, where a healthy server may be slow.
     */
    private static final Duration LIMIT =
            Duration.ofMillis(Integer.getInteger("eni-failover.witness-milliseconds", 500));

    /** A kernel that is alive accepts or refuses a connection at once, however busy its service is. */
    private static final Duration CONNECT = LIMIT.dividedBy(2);

    private static final int LONGEST_HEAD = 16 * 1024;
    private static final String END_OF_HEAD = "\r\n\r\n";

    private final HealthCheck check;
    private final String address;

    EndpointWitness(Endpoint endpoint) {
        this.check = endpoint.check();
        this.address = endpoint.address();
    }

    @Override
    public ProbeResult probe() {
        var end = System.nanoTime() + LIMIT.toNanos();
        try (var socket = new Socket(Proxy.NO_PROXY)) {
            var proxy = proxy();
            try {
                socket.connect(
                        proxy == null ? new InetSocketAddress(address, check.port()) : proxy, (int) CONNECT.toMillis());
            } catch (ConnectException e) {
                return ProbeResult.failed(message(e), Reaction.REFUSAL);
            } catch (SocketTimeoutException e) {
                return ProbeResult.failed("no connection within " + CONNECT.toMillis() + " ms", Reaction.SILENCE);
            } catch (IOException e) {
                return ProbeResult.failed(message(e), Reaction.SILENCE);
            }
            return switch (check.scheme()) {
                case TCP -> ProbeResult.passed(null, "connected");
                case HTTP -> answer(socket, proxy != null, end);
                case HTTPS -> {
                    closeAt(end, socket);
                    try (var secured = AnyCertificate.secure(socket, address, check.port())) {
                        yield answer(secured, false, end);
                    }
                }
            };
        } catch (IOException e) {
            var late = e instanceof SocketTimeoutException || System.nanoTime() >= end;
            return ProbeResult.failed(
                    late ? "no answer within " + LIMIT.toMillis() + " ms" : message(e), Reaction.CONNECTION);
        }
    }

    private static String message(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** Closes the socket at the limit, because a handshake may take any number of reads, each with a timeout of its own. */
    private static void closeAt(long end, Socket socket) throws SocketTimeoutException {
        CompletableFuture.delayedExecutor(left(end), TimeUnit.MILLISECONDS).execute(() -> {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private ProbeResult answer(Socket socket, boolean byProxy, long end) throws IOException {
        socket.setSoTimeout(left(end));
        socket.getOutputStream().write(request(byProxy).getBytes(ISO_8859_1));
        return result(head(socket, end));
    }

    /** Reads the head of the answer. The body does not matter, and may never arrive. */
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

    private ProbeResult result(String head) {
        return HttpHead.of(head)
                .map(this::judge)
                .orElseGet(() -> ProbeResult.failed("the answer is not HTTP", Reaction.CONNECTION));
    }

    private ProbeResult judge(HttpHead head) {
        var message = "HTTP " + head.status() + (head.servedBy() == null ? "" : " from " + head.servedBy());
        return check.statuses().contain(Integer.parseInt(head.status()))
                ? ProbeResult.passed(head.servedBy(), message)
                : ProbeResult.failed(message, Reaction.CONNECTION);
    }

    private String request(boolean byProxy) {
        var url = check.urlAt(address);
        return """
                GET %s HTTP/1.1\r
                Host: %s\r
                Connection: close\r
                \r
                """.formatted(byProxy ? url : check.path(), URI.create(url).getRawAuthority());
    }

    /** Returns the proxy that {@code http.proxyHost} and the related system properties name, or null if there is none. */
    private @Nullable InetSocketAddress proxy() {
        if (check.scheme() != Scheme.HTTP) {
            return null;
        }
        return ProxySelector.getDefault().select(URI.create(check.urlAt(address))).stream()
                .filter(proxy -> proxy.type() == Proxy.Type.HTTP)
                .map(proxy -> (InetSocketAddress) proxy.address())
                .map(proxy -> new InetSocketAddress(proxy.getHostString(), proxy.getPort()))
                .findFirst()
                .orElse(null);
    }

    /** Returns the milliseconds that are left, 1 or more: a timeout of 0 would mean none. */
    private static int left(long end) throws SocketTimeoutException {
        var left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
            throw new SocketTimeoutException();
        }
        return (int) left;
    }
}
