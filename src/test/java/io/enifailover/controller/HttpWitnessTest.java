package io.enifailover.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.HashSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpWitnessTest {
    private HttpServer server;
    private HttpHandler page = exchange -> answer(exchange, 200, "i-0000000000000000a");
    private HttpWitness witness;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/healthz", exchange -> page.handle(exchange));
        server.start();
        witness = new HttpWitness(url(server.getAddress().getPort()));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void seesWhoServes() {
        assertThat(witness.look())
                .isEqualTo(new Witness.Sight("i-0000000000000000a", "HTTP 200 from i-0000000000000000a"));
    }

    @Test
    void doesNotCountAnErrorAsService() {
        page = exchange -> answer(exchange, 502, "i-0000000000000000a");

        assertThat(witness.look()).isEqualTo(new Witness.Sight(null, "HTTP 502 from i-0000000000000000a"));
    }

    @Test
    void doesNotCountAnAnswerWithoutANameAsService() {
        page = exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        };

        assertThat(witness.look()).isEqualTo(new Witness.Sight(null, "HTTP 200 without X-Served-By"));
    }

    @Test
    void doesNotWaitForABodyThatNeverComes() {
        page = exchange -> {
            exchange.getResponseHeaders().set("X-Served-By", "i-0000000000000000a");
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().flush();
        };

        assertThat(witness.look().servedBy()).isEqualTo("i-0000000000000000a");
    }

    @Test
    void givesUpOnAServerThatDoesNotAnswer() {
        page = exchange -> {};

        assertThat(witness.look()).isEqualTo(new Witness.Sight(null, "request timed out"));
    }

    @Test
    void saysThatNobodyIsThere() throws IOException {
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }

        assertThat(new HttpWitness(url(port)).look().servedBy()).isNull();
    }

    @Test
    void opensAConnectionForEachLook() {
        var connections = new HashSet<InetSocketAddress>();
        page = exchange -> {
            connections.add(exchange.getRemoteAddress());
            answer(exchange, 200, "i-0000000000000000a");
        };

        witness.look();
        witness.look();

        assertThat(connections).hasSize(2);
    }

    private static URI url(int port) {
        return URI.create("http://127.0.0.1:" + port + "/healthz");
    }

    private static void answer(HttpExchange exchange, int status, String server) throws IOException {
        exchange.getResponseHeaders().set("X-Served-By", server);
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }
}
