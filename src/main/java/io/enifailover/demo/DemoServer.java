package io.enifailover.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.enifailover.protocol.Role;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Serves the demonstration's page on the loopback interface.
 *
 * <p>Pages of other sites can send requests to the loopback interface too, so only requests of the page itself may act, and a
 * name other than that of the loopback interface is refused.
 */
public final class DemoServer implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Map<String, String> TYPES =
            Map.of("html", "text/html; charset=utf-8", "css", "text/css", "js", "text/javascript");
    private static final long FRAME = 100;
    private static final int LONGEST_REQUEST = 10_000;

    /** As much as a page shows at once. */
    private static final int RECENT = (int) Duration.ofMinutes(2).dividedBy(DemoPair.EVERY);

    private final Demo demo;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        var thread = new Thread(task, "demo page");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Starts it.
     *
     * @param port 0 to 65535; 0: any that is free
     * @throws IOException if the port is taken
     */
    public DemoServer(Demo demo, int port) throws IOException {
        this.demo = demo;
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port must be 0 to 65535, got " + port);
        }
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    @Override
    public void close() {
        server.stop(0);
        demo.close();
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            try {
                if (isForeign(exchange)) {
                    answer(exchange, 403, "text/plain", "only for this machine\n".getBytes(UTF_8));
                    return;
                }
                route(exchange);
            } catch (IllegalArgumentException | IllegalStateException e) {
                answer(exchange, 400, "text/plain", (e.getMessage() + "\n").getBytes(UTF_8));
            }
        }
    }

    private void route(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        switch (exchange.getRequestMethod() + " " + path) {
            case "GET /" -> resource(exchange, "demo.html");
            case "GET /demo.css", "GET /demo.js" -> resource(exchange, path.substring(1));
            case "GET /events" -> events(exchange);
            case "GET /actions" -> json(exchange, actions());
            case "GET /report.html" ->
                answer(
                        exchange,
                        200,
                        "text/html; charset=utf-8",
                        demo.begun().report().getBytes(UTF_8));
            case "POST /act" -> {
                var request = read(exchange);
                var action = DemoAction.named(request.path("action").asText());
                demo.act(
                        action,
                        action.ofServer()
                                ? Role.named("server", request.path("server").asText())
                                : null);
                json(exchange, MAPPER.createObjectNode());
            }
            case "POST /speed" -> {
                demo.speed(read(exchange).path("speed").asInt());
                json(exchange, MAPPER.createObjectNode());
            }
            case "POST /restart" -> {
                demo.restart(DemoRun.of(read(exchange).path("run").asText()));
                json(exchange, MAPPER.createObjectNode());
            }
            default -> answer(exchange, 404, "text/plain", "nothing here\n".getBytes(UTF_8));
        }
    }

    private boolean isForeign(HttpExchange exchange) {
        var port = server.getAddress().getPort();
        var host = String.valueOf(exchange.getRequestHeaders().getFirst("Host"));
        var origin = exchange.getRequestHeaders().getFirst("Origin");
        return !(host.equals("127.0.0.1:" + port) || host.equals("localhost:" + port))
                || (origin != null && !origin.equals("http://" + host))
                || (exchange.getRequestMethod().equals("POST")
                        && !String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"))
                                .equals("application/json"));
    }

    private static JsonNode read(HttpExchange exchange) throws IOException {
        try {
            return Objects.requireNonNull(
                    MAPPER.readTree(exchange.getRequestBody().readNBytes(LONGEST_REQUEST)), "a request");
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("request must be JSON", e);
        }
    }

    private static ObjectNode actions() {
        var all = MAPPER.createObjectNode();
        for (var action : DemoAction.values()) {
            all.putObject(action.toString())
                    .put("key", String.valueOf(action.key()))
                    .put("label", action.label())
                    .put("ofServer", action.ofServer());
        }
        return all;
    }

    private static void resource(HttpExchange exchange, String name) throws IOException {
        try (var file = Objects.requireNonNull(DemoServer.class.getResourceAsStream(name), name)) {
            answer(
                    exchange,
                    200,
                    Objects.requireNonNull(TYPES.get(name.substring(name.indexOf('.') + 1))),
                    file.readAllBytes());
        }
    }

    private static void json(HttpExchange exchange, JsonNode body) throws IOException {
        answer(exchange, 200, "application/json", body.toString().getBytes(UTF_8));
    }

    private static void answer(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        head(exchange, type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static void head(HttpExchange exchange, String type) {
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", type);
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set(
                "Content-Security-Policy",
                "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'");
    }

    // What a page is told, ten times a second

    private void events(HttpExchange exchange) throws IOException {
        head(exchange, "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        var page = new PageStream(demo);
        var output = exchange.getResponseBody();
        try {
            while (true) {
                send(output, page.next());
                Thread.sleep(FRAME);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // The page is closed.
        }
    }

    private static void send(OutputStream output, JsonNode frame) throws IOException {
        output.write(("data: " + frame + "\n\n").getBytes(UTF_8));
        output.flush();
    }

    /** What one page knows already. */
    private static final class PageStream {
        private final Demo demo;
        private int run;
        private int from;
        private DemoScreen.@Nullable Texts texts;

        PageStream(Demo demo) {
            this.demo = demo;
        }

        ObjectNode next() {
            var screen = demo.begun().screen();
            if (run != demo.runs()) {
                run = demo.runs();
                from = Math.max(0, screen.requests() - RECENT);
                texts = null;
            }
            var world = screen.world();
            var frame = MAPPER.createObjectNode()
                    .put("number", run)
                    .put("at", world.at().toMillis())
                    .put("speed", demo.speed())
                    .put("every", DemoPair.EVERY.toMillis())
                    .put("zero", DemoPair.ZERO.toEpochMilli())
                    .put("from", from)
                    .put("floating", world.floating())
                    .put("holder", world.holder())
                    .put("run", world.run());
            var answers = screen.answers(from);
            from += answers.length();
            frame.put("answers", answers);
            frame.set("servers", MAPPER.valueToTree(world.servers()));
            frame.set("faults", MAPPER.valueToTree(world.faults()));
            frame.set("lastAnswer", MAPPER.valueToTree(world.lastAnswer()));
            var events = frame.putArray("events");
            world.events()
                    .forEach(event -> events.addObject()
                            .put(
                                    "at",
                                    Duration.between(DemoPair.ZERO, event.at()).toMillis())
                            .put("label", event.label()));
            var now = screen.texts();
            if (!now.equals(texts)) {
                texts = now;
                frame.put("status", now.status())
                        .put("history", now.history())
                        .put("log", now.log())
                        .put("ordered", now.ordered());
                frame.set("moves", moves(now.moves()));
            }
            return frame;
        }

        private static JsonNode moves(String history) {
            try {
                return MAPPER.readTree(history);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("no history: " + history, e);
            }
        }
    }
}
