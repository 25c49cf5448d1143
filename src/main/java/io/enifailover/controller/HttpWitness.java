package io.enifailover.controller;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Asks the service's health page who serves: one GET, half a second. */
final class HttpWitness implements Witness {
    /** A lost packet is sent again after a second only: less than that is not worth waiting for. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final HttpRequest request;

    HttpWitness(URI url) {
        request = HttpRequest.newBuilder(url).timeout(PATIENCE).build();
    }

    @Override
    public Sight look() {
        // A client for each look: a connection kept from the last one may still lead to the old holder.
        var client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .build();
        try {
            // The request's timeout ends with the head of the answer: a body that never comes is not waited for.
            var answer = client.send(request, BodyHandlers.ofInputStream());
            answer.body().close();
            var status = "HTTP " + answer.statusCode();
            var server = answer.headers().firstValue("X-Served-By");
            if (answer.statusCode() != 200 || server.isEmpty()) {
                return new Sight(null, status + (server.isEmpty() ? " without X-Served-By" : " from " + server.get()));
            }
            return new Sight(server.get(), status + " from " + server.get());
        } catch (IOException e) {
            return new Sight(null, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while looking at " + request.uri(), e);
        }
    }
}
