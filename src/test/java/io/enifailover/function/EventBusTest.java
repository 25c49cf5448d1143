package io.enifailover.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;

class EventBusTest {
    private static final String ACCEPTED = "{\"FailedEntryCount\": 0, \"Entries\": [{\"EventId\": \"1\"}]}";

    @Test
    void sendsOneEventToTheDefaultBus() throws Exception {
        var requests = new CopyOnWriteArrayList<String>();
        var server = answering(200, ACCEPTED, requests);
        try (var client = client(server.getAddress().getPort())) {
            new EventBus(client).send("Failover Pair Moved", Map.of("to", "i-1"));
        } finally {
            server.stop(0);
        }

        assertThat(new ObjectMapper().readTree(requests.get(0))).isEqualTo(new ObjectMapper().readTree("""
                {"Entries": [{
                  "Source": "eni-failover",
                  "DetailType": "Failover Pair Moved",
                  "Detail": "{\\"to\\":\\"i-1\\"}"
                }]}"""));
        assertThat(requests).hasSize(1);
    }

    @Test
    void goesOnWhenTheBusRefuses() throws Exception {
        var server = answering(400, "{\"__type\": \"AccessDeniedException\"}", new CopyOnWriteArrayList<>());
        try (var client = client(server.getAddress().getPort())) {
            assertThatCode(() -> new EventBus(client).send("Failover Pair Moved", Map.of()))
                    .doesNotThrowAnyException();
        } finally {
            server.stop(0);
        }
    }

    @Test
    void goesOnAfterTwoSecondsWhenTheBusIsSilent() throws Exception {
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var client = client(silent.getLocalPort())) {
            var began = System.nanoTime();

            new EventBus(client).send("Failover Pair Moved", Map.of());

            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(5));
        }
    }

    private static EventBridgeClient client(int port) {
        return EventBus.client()
                .endpointOverride(URI.create("http://127.0.0.1:" + port))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .build();
    }

    private static HttpServer answering(int status, String answer, List<String> requests) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                requests.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                var body = answer.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        return server;
    }
}
