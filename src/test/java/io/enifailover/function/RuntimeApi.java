package io.enifailover.function;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The Lambda Runtime API, version 2018-06-01, on this machine: hands events to a function's runtime and takes its answers.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html">Lambda runtime API</a>
 */
final class RuntimeApi implements AutoCloseable {
    private static final String ROOT = "/2018-06-01/runtime/";

    private record Invocation(String id, String alias, String event, Duration timeout) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final BlockingQueue<Invocation> waiting = new LinkedBlockingQueue<>();
    private final Map<String, CompletableFuture<String>> results = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<String> initialization = new CompletableFuture<>();

    RuntimeApi() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext(ROOT, this::handle);
        server.start();
    }

    /** The value of {@code AWS_LAMBDA_RUNTIME_API}. */
    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /**
     * The function's answer to this event, sent by this alias.
     *
     * @throws AssertionError if the function failed, or did not start or answer within the timeout
     */
    String invoke(String alias, String event, Duration timeout) throws InterruptedException {
        var invocation = new Invocation(UUID.randomUUID().toString(), alias, event, timeout);
        var result = new CompletableFuture<String>();
        results.put(invocation.id(), result);
        waiting.add(invocation);
        try {
            return (String)
                    CompletableFuture.anyOf(result, initialization).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("no answer within " + timeout, e);
        }
    }

    /** Waits until the function asks for its first event. */
    void awaitReady() {
        ready.join();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path =
                    exchange.getRequestURI().getPath().substring(ROOT.length()).split("/", -1);
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (path[0].equals("restore")) {
                // From a snapshot, as soon as it has been taken.
                exchange.sendResponseHeaders(200, -1);
                return;
            }
            switch (path[path.length - 1]) {
                case "next" -> {
                    ready.complete(null);
                    hand(exchange, waiting.take());
                }
                case "response" -> accept(exchange, () -> result(path[1]).complete(body));
                case "error" -> {
                    var failed = path[0].equals("init") ? initialization : result(path[1]);
                    accept(exchange, () -> failed.completeExceptionally(new IllegalStateException(body)));
                }
                default -> exchange.sendResponseHeaders(404, -1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private CompletableFuture<String> result(String id) {
        return results.getOrDefault(id, new CompletableFuture<>());
    }

    private static void hand(HttpExchange exchange, Invocation invocation) throws IOException {
        var headers = exchange.getResponseHeaders();
        headers.set("Lambda-Runtime-Aws-Request-Id", invocation.id());
        headers.set(
                "Lambda-Runtime-Deadline-Ms",
                String.valueOf(System.currentTimeMillis() + invocation.timeout().toMillis()));
        headers.set(
                "Lambda-Runtime-Invoked-Function-Arn",
                "arn:aws:lambda:us-east-1:123456789012:function:function:" + invocation.alias());
        headers.set("Content-Type", "application/json");
        var event = invocation.event().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, event.length);
        exchange.getResponseBody().write(event);
    }

    // The answer is taken before it is acknowledged: the runtime asks for the next event only then.
    private static void accept(HttpExchange exchange, Runnable take) throws IOException {
        take.run();
        exchange.sendResponseHeaders(202, -1);
    }
}
