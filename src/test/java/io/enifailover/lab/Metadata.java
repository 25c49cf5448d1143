package io.enifailover.lab;

import com.sun.net.httpserver.HttpExchange;
import io.enifailover.emulator.LocalServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * EC2's instance metadata service in its second version: nothing without a token. Whoever asks is known by the address that
 * the request comes from. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-metadata.html
 */
final class Metadata implements AutoCloseable {
    private static final String ROLE = "lab-server";

    /**
     * What a machine may know about itself.
     *
     * @param userData as it was given at the launch
     */
    record Facts(String instanceId, String mac, String address, String subnet, String userData) {}

    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private final Function<String, Facts> factsByAddress;
    private final LocalServer server;

    Metadata(Function<String, Facts> factsByAddress) throws IOException {
        this.factsByAddress = factsByAddress;
        server = new LocalServer(new InetSocketAddress(Internet.METADATA, 80), this::handle);
    }

    private void handle(HttpExchange request) throws IOException {
        try (request) {
            var path = request.getRequestURI().getPath();
            if (request.getRequestMethod().equals("PUT") && path.equals("/latest/api/token")) {
                var token = UUID.randomUUID().toString();
                tokens.add(token);
                answer(request, 200, token);
                return;
            }
            var token = request.getRequestHeaders().getFirst("X-aws-ec2-metadata-token");
            if (token == null || !tokens.contains(token)) {
                answer(request, 401, "");
                return;
            }
            var facts =
                    factsByAddress.apply(request.getRemoteAddress().getAddress().getHostAddress());
            var item = item(path, facts);
            answer(request, item == null ? 404 : 200, item == null ? "" : item);
        }
    }

    private static @Nullable String item(String path, Facts facts) {
        return switch (path) {
            case "/latest/user-data" -> facts.userData();
            case "/latest/meta-data/instance-id" -> facts.instanceId();
            case "/latest/meta-data/mac" -> facts.mac();
            case "/latest/meta-data/local-ipv4" -> facts.address();
            case "/latest/meta-data/placement/region" -> "us-east-1";
            case "/latest/meta-data/iam/security-credentials/" -> ROLE;
            case "/latest/meta-data/iam/security-credentials/" + ROLE -> credentials();
            default ->
                path.equals("/latest/meta-data/network/interfaces/macs/" + facts.mac() + "/subnet-ipv4-cidr-block")
                        ? facts.subnet()
                        : null;
        };
    }

    private static String credentials() {
        var now = Instant.now();
        return """
                {
                  "Code" : "Success",
                  "LastUpdated" : "%s",
                  "Type" : "AWS-HMAC",
                  "AccessKeyId" : "ASIALAB",
                  "SecretAccessKey" : "lab",
                  "Token" : "lab",
                  "Expiration" : "%s"
                }
                """.formatted(now, now.plusSeconds(6 * 3600));
    }

    private static void answer(HttpExchange request, int status, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        request.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        request.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.close();
    }
}
