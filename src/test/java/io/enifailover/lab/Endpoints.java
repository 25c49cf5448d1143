package io.enifailover.lab;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.enifailover.emulator.LocalServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** AWS's endpoints of the Region as the machines see them: by their names, over TLS, with a certificate of the lab's own. */
final class Endpoints implements AutoCloseable {
    static final List<String> NAMES = Stream.of("cloudformation", "ec2", "lambda", "s3")
            .map(service -> service + ".us-east-1.amazonaws.com")
            .toList();

    private static final String PASSWORD = "password";
    private static final Set<String> NOT_FORWARDED = Set.of("host", "connection", "content-length", "expect");

    private final URI aws;
    private final BiConsumer<String, Boolean> signals;
    private final Path certificate;
    private final HttpClient http = HttpClient.newHttpClient();
    private final LocalServer server;

    /**
     * Opens them.
     *
     * @param aws where the emulator is
     * @param signals told the address of a machine, and whether its first boot went well: moto takes no signals
     * @param directory for key and certificate
     */
    Endpoints(URI aws, BiConsumer<String, Boolean> signals, Path directory)
            throws IOException, GeneralSecurityException {
        this.aws = aws;
        this.signals = signals;
        certificate = directory.resolve("endpoints.pem");
        var https = HttpsServer.create(new InetSocketAddress(Internet.ENDPOINTS, 443), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(tls(directory.resolve("endpoints.p12"))));
        server = new LocalServer(https, this::handle);
    }

    /** What a machine has to trust, in PEM. */
    Path certificate() {
        return certificate;
    }

    private SSLContext tls(Path keys) throws IOException, GeneralSecurityException {
        Files.deleteIfExists(keys);
        var names = NAMES.stream().map(name -> "dns:" + name).collect(Collectors.joining(","));
        var keytool = List.of("keytool", "-keystore", keys.toString(), "-storepass", PASSWORD, "-alias", "endpoints");
        Shell.run(Shell.command(
                keytool,
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=eni-failover lab",
                "-ext",
                "bc:critical=ca:true",
                "-ext",
                "san=" + names));
        Files.writeString(certificate, Shell.run(Shell.command(keytool, "-exportcert", "-rfc")));
        var store = KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray());
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, PASSWORD.toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private void handle(HttpExchange request) throws IOException {
        try (request) {
            var body = request.getRequestBody().readAllBytes();
            var text = new String(body, StandardCharsets.UTF_8);
            if (text.startsWith("Action=SignalResource&")) {
                signals.accept(
                        request.getRemoteAddress().getAddress().getHostAddress(), text.endsWith("Status=SUCCESS"));
                request.sendResponseHeaders(200, -1);
                return;
            }
            forward(request, body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void forward(HttpExchange request, byte[] body) throws IOException, InterruptedException {
        var forwarded = HttpRequest.newBuilder(aws.resolve(request.getRequestURI()))
                .method(request.getRequestMethod(), BodyPublishers.ofByteArray(body));
        request.getRequestHeaders().forEach((name, values) -> {
            if (!NOT_FORWARDED.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> forwarded.header(name, value));
            }
        });
        if ("Event".equals(request.getRequestHeaders().getFirst("X-Amz-Invocation-Type"))) {
            // Lambda queues it, and answers at once; moto answers when the function has.
            request.sendResponseHeaders(202, -1);
            request.close();
            http.send(forwarded.build(), BodyHandlers.discarding());
            return;
        }
        var answer = http.send(forwarded.build(), BodyHandlers.ofByteArray());
        answer.headers()
                .firstValue("Content-Type")
                .ifPresent(type -> request.getResponseHeaders().set("Content-Type", type));
        request.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
        request.getResponseBody().write(answer.body());
    }

    @Override
    public void close() {
        server.close();
    }
}
