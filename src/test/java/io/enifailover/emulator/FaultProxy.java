package io.enifailover.emulator;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** Stands between the function and AWS: writes down each call, and lets chosen ones go wrong. */
final class FaultProxy implements AutoCloseable {
    // What java.net.http sets by itself and does not let anybody else set.
    private static final Set<String> HOP_BY_HOP =
            Set.of("connection", "content-length", "expect", "host", "transfer-encoding", "upgrade");

    private static final String DYNAMODB_ERROR = """
            {"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError", "message": "Injected by the emulator's proxy."}
            """;

    /** What happens instead of, or before, the forwarding of one call. */
    @FunctionalInterface
    private interface Fault {
        /** Returns whether the call has ended with this, and must not be forwarded. */
        boolean strike(HttpExchange call) throws IOException;
    }

    private final URI upstream;
    private final LocalServer server;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, Queue<Fault>> faults = new ConcurrentHashMap<>();
    private final List<Map<String, String>> calls = new CopyOnWriteArrayList<>();
    private volatile boolean tableIsDown;

    FaultProxy(URI upstream) throws IOException {
        this.upstream = upstream;
        server = new LocalServer(this::handle);
    }

    URI endpoint() {
        return server.url();
    }

    /** The parameters of each call of an action since the last {@link #reset}, in their order. */
    List<Map<String, String>> calls(String action) {
        return calls.stream().filter(call -> action.equals(call.get("Action"))).toList();
    }

    void reset() {
        calls.clear();
        faults.clear();
        tableIsDown = false;
    }

    /** Until the next {@link #reset}, DynamoDB has an internal error for each call. */
    void takeTheTableDown() {
        tableIsDown = true;
    }

    /** The next calls of an action fail with one of EC2's errors. */
    void fail(String action, String code, int times) {
        for (var i = 0; i < times; i++) {
            add(action, call -> {
                answer(call, code);
                return true;
            });
        }
    }

    /** Something else happens in AWS just before the next call of an action arrives there. */
    void precede(String action, Runnable event) {
        add(action, call -> {
            event.run();
            return false;
        });
    }

    /** Something happens to the caller just before its next call of an action leaves it: the call never arrives. */
    void prevent(String action, Runnable event) {
        add(action, call -> {
            event.run();
            call.close();
            return true;
        });
    }

    private void add(String action, Fault fault) {
        faults.computeIfAbsent(action, key -> new ConcurrentLinkedQueue<>()).add(fault);
    }

    private void handle(HttpExchange call) throws IOException {
        try (call) {
            var body = call.getRequestBody().readAllBytes();
            if (tableIsDown && isForTheTable(call)) {
                respond(call, 500, DYNAMODB_ERROR.getBytes(StandardCharsets.UTF_8));
                return;
            }
            var parameters = parameters(new String(body, StandardCharsets.UTF_8));
            var action = parameters.getOrDefault("Action", "");
            calls.add(parameters);
            var fault =
                    faults.getOrDefault(action, new ConcurrentLinkedQueue<>()).poll();
            if (fault == null || !fault.strike(call)) {
                forward(call, body);
            }
        }
    }

    private static boolean isForTheTable(HttpExchange call) {
        var target = call.getRequestHeaders().getFirst("X-Amz-Target");
        return target != null && target.startsWith("DynamoDB_");
    }

    private void forward(HttpExchange call, byte[] body) throws IOException {
        var request = HttpRequest.newBuilder(upstream.resolve(call.getRequestURI()))
                .method(call.getRequestMethod(), BodyPublishers.ofByteArray(body));
        call.getRequestHeaders().forEach((name, values) -> {
            if (!HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        try {
            var response = http.send(request.build(), BodyHandlers.ofByteArray());
            response.headers()
                    .firstValue("Content-Type")
                    .ifPresent(type -> call.getResponseHeaders().set("Content-Type", type));
            respond(call, response.statusCode(), response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(HttpExchange call, String code) throws IOException {
        var body = """
                <?xml version="1.0" encoding="UTF-8"?>
                <Response><Errors><Error><Code>%s</Code><Message>Injected by the emulator's proxy.</Message></Error></Errors>\
                <RequestID>00000000-0000-0000-0000-000000000000</RequestID></Response>
                """.formatted(code);
        var status = code.equals("RequestLimitExceeded") ? 503 : 400;
        respond(call, status, body.getBytes(StandardCharsets.UTF_8));
    }

    private static void respond(HttpExchange call, int status, byte[] body) throws IOException {
        call.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        call.getResponseBody().write(body);
    }

    private static Map<String, String> parameters(String form) {
        return Arrays.stream(form.split("&"))
                .map(pair -> pair.split("=", 2))
                .filter(pair -> pair.length == 2)
                .collect(Collectors.toMap(
                        pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8), (a, b) -> b));
    }

    @Override
    public void close() {
        server.close();
    }
}
