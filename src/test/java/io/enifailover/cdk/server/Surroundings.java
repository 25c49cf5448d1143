package io.enifailover.cdk.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Everything that the watch talks to, on this machine: floating address, own nginx, metadata service and Lambda. */
final class Surroundings implements AutoCloseable {
    static final String INSTANCE_ID = "i-0123456789abcdef0";
    static final String KEY = "ASIAEXAMPLEEXAMPLE00";
    static final String SECRET = "wJalr/XUtnFEMI+K7MDENG/bPxRfiCYEXAMPLEKEY";
    static final String SESSION = "AQAEAsession==";

    /** Who was asked. */
    enum Party {
        FLOATING,
        OWN,
        METADATA,
        LAMBDA,
        HEARTBEAT
    }

    /**
     * A request as it arrived.
     *
     * @param headers names in lower case
     * @param nanos   time of arrival
     */
    record Request(Party party, String method, URI uri, Map<String, String> headers, String body, long nanos) {}

    /** What a party does with a request that has arrived. */
    interface Behaviour {
        void answer(HttpExchange exchange) throws IOException, InterruptedException;
    }

    volatile Behaviour floating = status(200);
    volatile Behaviour own = servedBy(INSTANCE_ID);
    volatile Behaviour metadata = status(0);
    volatile Behaviour lambda = status(202);
    volatile Behaviour heartbeat = status(202);

    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final AtomicInteger credentials = new AtomicInteger();

    Surroundings() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        on("/floating", Party.FLOATING, exchange -> floating.answer(exchange));
        on("/own", Party.OWN, exchange -> own.answer(exchange));
        on("/latest/", Party.METADATA, this::describe);
        on("/2015-03-31/", Party.LAMBDA, exchange -> lambda.answer(exchange));
        server.start();
    }

    /** The settings under which the watch finds itself here. */
    Map<String, String> settings() {
        var here = "http://127.0.0.1:" + server.getAddress().getPort();
        return Map.ofEntries(
                Map.entry("FLOATING_ADDRESS", "10.0.0.25"),
                Map.entry("INSTANCE_ID", INSTANCE_ID),
                Map.entry("INTERVAL", "0.05"),
                Map.entry("TIMEOUT", "5"),
                Map.entry("RETRY", "0.01"),
                Map.entry("FAILURES", "3"),
                Map.entry("PAUSE", "1"),
                Map.entry("REGION", "us-east-1"),
                Map.entry("FUNCTION", "pair-controller_1"),
                Map.entry("QUALIFIER", "live"),
                Map.entry("FLOATING_HEALTH", here + "/floating"),
                Map.entry("FLOATING_STATUSES", "200-399"),
                Map.entry("OWN_HEALTH", here + "/own"),
                Map.entry("OWN_STATUSES", "200-399"),
                Map.entry("SERVED_BY", "X-Served-By"),
                Map.entry("METADATA", here + "/latest"),
                Map.entry("LAMBDA", here),
                Map.entry("VERSION", "1f2e3d4c5b6a"));
    }

    /** The requests so far, in the order of their arrival. */
    List<Request> requests() {
        return List.copyOf(requests);
    }

    List<Request> requestsTo(Party party) {
        return requests.stream().filter(request -> request.party() == party).toList();
    }

    /** How often credentials were handed out. */
    int credentials() {
        return credentials.get();
    }

    /** Answers with that status and nothing else; 0 leaves the answer to the party itself. */
    static Behaviour status(int status) {
        return exchange -> {
            if (status != 0) {
                exchange.sendResponseHeaders(status, -1);
            }
        };
    }

    static Behaviour servedBy(String instance) {
        return exchange -> {
            exchange.getResponseHeaders().set("X-Served-By", instance);
            exchange.sendResponseHeaders(200, -1);
        };
    }

    /** Takes the request and says nothing, until the caller gives up. */
    static Behaviour silent() {
        return silentUntil(new CountDownLatch(1));
    }

    /** Takes the request and says nothing until this latch is open. */
    static Behaviour silentUntil(CountDownLatch latch) {
        return exchange -> latch.await();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void on(String path, Party party, Behaviour behaviour) {
        server.createContext(path, exchange -> {
            try (exchange) {
                var request = received(party, exchange);
                requests.add(request);
                (request.party() == Party.HEARTBEAT ? heartbeat : behaviour).answer(exchange);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static Request received(Party party, HttpExchange exchange) throws IOException {
        var nanos = System.nanoTime();
        var headers = exchange.getRequestHeaders().entrySet().stream()
                .collect(Collectors.toMap(
                        header -> header.getKey().toLowerCase(Locale.ROOT),
                        header -> String.join(",", header.getValue())));
        var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        return new Request(
                body.contains("\"heartbeat\"") ? Party.HEARTBEAT : party,
                exchange.getRequestMethod(),
                exchange.getRequestURI(),
                headers,
                body,
                nanos);
    }

    /** IMDSv2: a session first, by PUT; every set of credentials carries its number in the token. */
    private void describe(HttpExchange exchange) throws IOException, InterruptedException {
        metadata.answer(exchange);
        if (exchange.getResponseCode() != -1) {
            return;
        }
        var path = exchange.getRequestURI().getPath().substring("/latest/".length());
        var inSession = SESSION.equals(exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token"));
        if (path.equals("api/token") && exchange.getRequestMethod().equals("PUT")) {
            send(exchange, 200, SESSION);
        } else if (!inSession) {
            send(exchange, 401, "");
        } else if (path.equals("meta-data/iam/security-credentials/")) {
            send(exchange, 200, "web-server");
        } else if (path.equals("meta-data/iam/security-credentials/web-server")) {
            send(exchange, 200, """
                            {
                              "Code" : "Success",
                              "LastUpdated" : "2026-01-01T00:00:00Z",
                              "Type" : "AWS-HMAC",
                              "AccessKeyId" : "%s",
                              "SecretAccessKey" : "%s",
                              "Token" : "%s",
                              "Expiration" : "2026-01-01T06:00:00Z"
                            }""".formatted(KEY, SECRET, token(credentials.incrementAndGet())));
        } else {
            send(exchange, 404, "");
        }
    }

    /** The token of the n-th set of credentials, as long as a real one. */
    static String token(int n) {
        return "IQoJb3JpZ2lu/" + "aB3+".repeat(300) + "/" + n + "==";
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        var bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
