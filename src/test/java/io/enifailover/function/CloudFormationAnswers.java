package io.enifailover.function;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The place to which a custom resource sends its answers. */
final class CloudFormationAnswers implements AutoCloseable {
    private final HttpServer server;
    private final BlockingQueue<byte[]> answers = new LinkedBlockingQueue<>();

    CloudFormationAnswers() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            answers.add(exchange.getRequestBody().readAllBytes());
            exchange.sendResponseHeaders(exchange.getRequestMethod().equals("PUT") ? 200 : 405, -1);
            exchange.close();
        });
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/answer";
    }

    /** The next answer, refused if CloudFormation would refuse its size. */
    JsonNode next() throws IOException, InterruptedException {
        var answer = answers.poll(20, TimeUnit.SECONDS);
        if (answer == null) {
            throw new AssertionError("no answer within 20 s");
        }
        if (answer.length > 4096) {
            throw new AssertionError("CloudFormation takes 4096 bytes, got " + answer.length);
        }
        return new ObjectMapper().readTree(answer);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
