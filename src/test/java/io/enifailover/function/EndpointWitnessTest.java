package io.enifailover.function;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.enifailover.function.Witness.ProbeResult;
import io.enifailover.function.Witness.Reaction;
import io.enifailover.protocol.Endpoint;
import io.enifailover.protocol.HealthCheck;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointWitnessTest {
    private HttpServer server;
    private HttpHandler page = exchange -> answer(exchange, 200, "i-0000000000000000a");
    private EndpointWitness witness;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/healthz", exchange -> page.handle(exchange));
        server.start();
        witness = new EndpointWitness(endpoint(server.getAddress().getPort()));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void seesWhoServes() {
        assertThat(witness.probe())
                .isEqualTo(ProbeResult.passed("i-0000000000000000a", "HTTP 200 from i-0000000000000000a"));
    }

    @Test
    void doesNotCountAnErrorAsService() {
        page = exchange -> answer(exchange, 502, "i-0000000000000000a");

        assertThat(witness.probe())
                .isEqualTo(ProbeResult.failed("HTTP 502 from i-0000000000000000a", Reaction.CONNECTION));
    }

    /** The value is not an instance id: software of other people uses this header too. */
    @ParameterizedTest
    @ValueSource(strings = {"", "cache-lhr7231-LHR", "i-xyz"})
    void takesAnAnswerThatNamesNoInstanceForThatOfTheServerWithTheAddress(String name) {
        page = exchange -> answer(exchange, 200, name);

        assertThat(witness.probe()).isEqualTo(ProbeResult.passed(null, "HTTP 200"));
        assertThat(witness.probe().provesThatServes("i-0000000000000000a")).isTrue();
    }

    @Test
    void takesAnAnswerOfAnotherInstanceForNoProof() {
        assertThat(witness.probe().provesThatServes("i-0000000000000000a")).isTrue();
        assertThat(witness.probe().provesThatServes("i-0000000000000000b")).isFalse();
    }

    @Test
    void countsTheStatusesAskedForAsService() {
        var port = server.getAddress().getPort();
        page = exchange -> answer(exchange, 204, "i-0000000000000000a");
        var strict = HealthCheck.http(port, "/healthz").withStatuses(200, 200);

        assertThat(witness.probe().passed()).isTrue();
        assertThat(new EndpointWitness(new Endpoint(strict, "127.0.0.1")).probe())
                .isEqualTo(ProbeResult.failed("HTTP 204 from i-0000000000000000a", Reaction.CONNECTION));
    }

    @Test
    void takesAConnectionForServiceIfThatIsTheCheck() throws IOException {
        int port;
        try (var listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            port = listening.getLocalPort();
            assertThat(tcp(port).probe()).isEqualTo(ProbeResult.passed(null, "connected"));
        }
        assertThat(tcp(port).probe().passed()).isFalse();
    }

    @Test
    void asksOverTlsWhoseCertificateIsNobodys(@TempDir Path directory) throws Exception {
        var secured = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        secured.setHttpsConfigurator(new HttpsConfigurator(SelfSigned.context(directory, "example.test")));
        secured.createContext("/healthz", exchange -> page.handle(exchange));
        secured.start();
        try {
            assertThat(https(secured.getAddress().getPort()).probe())
                    .isEqualTo(ProbeResult.passed("i-0000000000000000a", "HTTP 200 from i-0000000000000000a"));
            page = exchange -> answer(exchange, 500, "i-0000000000000000a");
            assertThat(https(secured.getAddress().getPort()).probe().passed()).isFalse();
        } finally {
            secured.stop(0);
        }
    }

    @Test
    void doesNotTakePlainHttpForTls() {
        assertThat(https(server.getAddress().getPort()).probe().passed()).isFalse();
    }

    /** Each byte comes in time, the handshake never ends. */
    @Test
    void givesUpOnAHandshakeThatArrivesByteByByte() throws IOException {
        try (var dripping = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            drip(dripping, "\u0016\u0003\u0003@\u0000", Duration.ofMillis(100));

            assertThat(https(dripping.getLocalPort()).probe())
                    .isEqualTo(ProbeResult.failed("no answer within 500 ms", Reaction.CONNECTION));
        }
    }

    @Test
    void doesNotWaitForABodyThatNeverComes() {
        page = exchange -> {
            exchange.getResponseHeaders().set("X-Served-By", "i-0000000000000000a");
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().flush();
        };

        assertThat(witness.probe().servedBy()).isEqualTo("i-0000000000000000a");
    }

    @Test
    void givesUpOnAServerThatDoesNotAnswer() {
        page = exchange -> {};

        assertThat(witness.probe()).isEqualTo(ProbeResult.failed("no answer within 500 ms", Reaction.CONNECTION));
    }

    @Test
    void saysThatNobodyIsThere() throws IOException {
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }

        assertThat(new EndpointWitness(endpoint(port)).probe())
                .isEqualTo(ProbeResult.failed("Connection refused", Reaction.REFUSAL));
    }

    /** The kernel drops connections that do not fit into the queue any more. */
    @Test
    void givesUpSoonerWhereNothingComesBack() throws IOException {
        try (var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var first = new Socket(full.getInetAddress(), full.getLocalPort());
                var second = new Socket(full.getInetAddress(), full.getLocalPort())) {
            assertThat(first.isConnected() && second.isConnected()).isTrue();

            assertThat(new EndpointWitness(endpoint(full.getLocalPort())).probe())
                    .isEqualTo(ProbeResult.failed("no connection within 250 ms", Reaction.SILENCE));
        }
    }

    @Test
    void opensAConnectionForEachProbe() {
        var connections = new HashSet<InetSocketAddress>();
        page = exchange -> {
            connections.add(exchange.getRemoteAddress());
            answer(exchange, 200, "i-0000000000000000a");
        };

        witness.probe();
        witness.probe();

        assertThat(connections).hasSize(2);
    }

    @Test
    void givesUpOnAnAnswerThatArrivesByteByByte() throws IOException {
        try (var dripping = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            drip(dripping, "HTTP/1.1 200 OK\r\nX-Served-By: i-0000000000000000a\r\nX-Long: ", Duration.ofMillis(100));

            assertThat(new EndpointWitness(endpoint(dripping.getLocalPort())).probe())
                    .isEqualTo(ProbeResult.failed("no answer within 500 ms", Reaction.CONNECTION));
        }
    }

    @Test
    void takesARedirectForServiceAndDoesNotFollowIt() {
        page = exchange -> {
            exchange.getResponseHeaders().set("Location", "/other");
            answer(exchange, 302, "i-0000000000000000a");
        };

        assertThat(witness.probe())
                .isEqualTo(ProbeResult.passed("i-0000000000000000a", "HTTP 302 from i-0000000000000000a"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"SSH-2.0-OpenSSH_8.7\r\n\r\n", "HTTP/1.1 OK\r\n\r\n", "\r\n\r\n", "HTTP/1.1 200 OK\r\n", ""})
    void doesNotCountWhatIsNoAnswerAsService(String bytes) throws IOException {
        try (var other = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            respond(other, client -> client.getOutputStream().write(bytes.getBytes(UTF_8)));

            assertThat(new EndpointWitness(endpoint(other.getLocalPort()))
                            .probe()
                            .passed())
                    .isFalse();
        }
    }

    @Test
    void goesThroughTheProxyOfTheSystemProperties() {
        var asked = new AtomicReference<URI>();
        server.removeContext("/healthz");
        server.createContext("/", exchange -> {
            asked.set(exchange.getRequestURI());
            answer(exchange, 200, "i-0000000000000000a");
        });
        System.setProperty("http.proxyHost", "127.0.0.1");
        System.setProperty("http.proxyPort", String.valueOf(server.getAddress().getPort()));
        try {
            assertThat(new EndpointWitness(new Endpoint(HealthCheck.http(80, "/healthz"), "203.0.113.1"))
                            .probe()
                            .servedBy())
                    .isEqualTo("i-0000000000000000a");
        } finally {
            System.clearProperty("http.proxyHost");
            System.clearProperty("http.proxyPort");
        }
        assertThat(asked).hasValue(URI.create("http://203.0.113.1/healthz"));
    }

    @Test
    void leavesNoThreadAndNoFileOpen() throws IOException {
        int free;
        try (var port = new ServerSocket(0)) {
            free = port.getLocalPort();
        }
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var closing = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            respond(silent, client -> client.getInputStream().readAllBytes());
            respond(closing, client -> client.getOutputStream().write("HTTP/1.1 200 OK\r\n".getBytes(UTF_8)));
            var witnesses = Stream.of(
                            server.getAddress().getPort(), free, closing.getLocalPort(), silent.getLocalPort())
                    .map(port -> new EndpointWitness(endpoint(port)))
                    .toList();
            witnesses.forEach(EndpointWitness::probe);
            var threads = Thread.activeCount();
            var files = openFiles();

            for (int i = 0; i < 150; i++) {
                // Each probe of the silent one takes half a second.
                witnesses.get(i % 15 == 0 ? 3 : i % 3).probe();
            }

            // Other tests in this process may open or start a few.
            assertThat(Thread.activeCount()).isLessThan(threads + 20);
            assertThat(openFiles()).isLessThan(files + 20);
        }
    }

    /** Of this process, on Linux; 0 elsewhere. */
    private static long openFiles() throws IOException {
        var files = Path.of("/proc/self/fd");
        if (!Files.exists(files)) {
            return 0;
        }
        try (var open = Files.list(files)) {
            return open.count();
        }
    }

    /** Does this with each client, one after the other, and closes the connection. */
    private static void respond(ServerSocket server, Responder responder) {
        var thread = new Thread(() -> {
            while (!server.isClosed()) {
                try (var client = server.accept()) {
                    responder.respond(client);
                } catch (IOException e) {
                    // The client has gone, or the server is closed: the loop ends if it is.
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private interface Responder {
        void respond(Socket client) throws IOException;
    }

    /** Sends the beginning of an answer, and then a byte at a time. */
    private static void drip(ServerSocket server, String beginning, Duration pause) {
        respond(server, client -> {
            client.getOutputStream().write(beginning.getBytes(UTF_8));
            while (true) {
                client.getOutputStream().write('x');
                try {
                    Thread.sleep(pause.toMillis());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        });
    }

    private static EndpointWitness tcp(int port) {
        return new EndpointWitness(new Endpoint(HealthCheck.tcp(port), "127.0.0.1"));
    }

    private static EndpointWitness https(int port) {
        return new EndpointWitness(new Endpoint(HealthCheck.https(port, "/healthz"), "127.0.0.1"));
    }

    private static Endpoint endpoint(int port) {
        return new Endpoint(HealthCheck.http(port, "/healthz"), "127.0.0.1");
    }

    private static void answer(HttpExchange exchange, int status, String server) throws IOException {
        if (!server.isEmpty()) {
            exchange.getResponseHeaders().set("X-Served-By", server);
        }
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }
}
