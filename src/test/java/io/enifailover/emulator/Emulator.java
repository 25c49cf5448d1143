package io.enifailover.emulator;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.utilslite.SdkInternalThreadLocal;

/**
 * AWS, as far as moto and its extensions in {@code src/test/emulator} can play it; its logs are in {@code target/emulator}. The
 * environment variable {@code EMULATOR_PYTHON} names the interpreter, {@code python3} by default.
 */
final class Emulator implements AutoCloseable {
    static final Path LOGS = Path.of("target", "emulator");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final Map<String, String> facts;

    private Emulator(Process process, Map<String, String> facts) {
        this.process = process;
        this.facts = facts;
    }

    /** The name, not 127.0.0.1: the CLI then addresses buckets by path. */
    static URI freeEndpoint() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return URI.create("http://localhost:" + socket.getLocalPort());
        }
    }

    /** Starts at {@code endpoint}; functions find AWS at {@code functionEndpoint} and Elastic IPs through {@code internet}. */
    static Emulator start(URI endpoint, URI functionEndpoint, URI internet) throws IOException {
        Files.createDirectories(LOGS);
        var log = LOGS.resolve("moto.log");
        var functionLog = LOGS.resolve("function.log");
        Files.deleteIfExists(functionLog);
        var python = Optional.ofNullable(System.getenv("EMULATOR_PYTHON")).orElse("python3");
        var command = Stream.of(
                python,
                "-B",
                "src/test/emulator/emulator.py",
                "--port=" + endpoint.getPort(),
                "--function-endpoint=" + functionEndpoint,
                "--function-log=" + functionLog,
                "--function-command");
        var process = start(
                python,
                new ProcessBuilder(Stream.concat(command, functionCommand(internet))
                                .toList())
                        .redirectError(log.toFile()));
        var ready = process.inputReader().readLine();
        if (ready == null) {
            throw new IllegalStateException(Files.readString(log).strip());
        }
        return new Emulator(
                process,
                Arrays.stream(ready.split(" "))
                        .map(fact -> fact.split("=", 2))
                        .collect(Collectors.toMap(fact -> fact[0], fact -> fact[1])));
    }

    private static Process start(String python, ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new IllegalStateException(
                    python + " cannot be run; install Python, then pip install -r src/test/emulator/requirements.txt",
                    e);
        }
    }

    /** As Lambda runs a Java function: the runtime's jars, which load the package's from LAMBDA_TASK_ROOT. */
    private static Stream<String> functionCommand(URI internet) {
        return Stream.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dhttp.proxyHost=" + internet.getHost(),
                "-Dhttp.proxyPort=" + internet.getPort(),
                "-Dhttp.nonProxyHosts=localhost",
                "-cp",
                Stream.of(AWSLambda.class, Context.class, PojoSerializer.class, SdkInternalThreadLocal.class)
                        .map(Emulator::jar)
                        .collect(Collectors.joining(File.pathSeparator)),
                AWSLambda.class.getName());
    }

    private static String jar(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    String fact(String name) {
        return facts.getOrDefault(name, "unknown");
    }

    URI endpoint() {
        return URI.create(fact("endpoint"));
    }

    static Ec2Client ec2(URI endpoint) {
        return at(endpoint, Ec2Client.builder());
    }

    static DynamoDbClient dynamoDb(URI endpoint) {
        return at(endpoint, DynamoDbClient.builder());
    }

    private static <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C at(URI endpoint, B builder) {
        return builder.endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    /** From now on: EC2 takes seconds to detach an interface, moto no time at all. */
    void detachTakes(Duration duration) {
        control("/detach?seconds=" + duration.toMillis() / 1000.0);
    }

    /** As a hung guest does: only a detachment by force ends. */
    void detachHangs() {
        control("/detach");
    }

    /** As a guest does that not even a detachment by force reaches: only a stop of the instance ends it. */
    void detachHangsUntilTheInstanceStops() {
        control("/detach?force=no");
    }

    /** From now on: EC2 shows an interface as attaching for that long; no time at all at first. */
    void attachTakes(Duration duration) {
        control("/attach?seconds=" + duration.toMillis() / 1000.0);
    }

    /** Delivers an event of an AWS service by the deployed rules, and returns what their functions have answered. */
    String deliver(String event) {
        return send(HttpRequest.newBuilder(URI.create(fact("control")).resolve("/events"))
                        .POST(BodyPublishers.ofString(event))
                        .build())
                .body();
    }

    /** The seconds from the start of each process to its first answer, as a list in JSON. */
    String firstAnswers() {
        return send(HttpRequest.newBuilder(URI.create(fact("control")).resolve("/functions/first"))
                        .build())
                .body();
    }

    /** Ends the function's process, in the middle of what it does. */
    void killFunction() {
        control("/functions/kill");
    }

    /** A function's configuration, as Lambda tells it. */
    String configuration(String function) {
        return send(lambda("functions/" + function + "/configuration").build()).body();
    }

    /** Where a custom resource puts its answer. */
    URI answer(String id) {
        return URI.create(fact("control")).resolve("/answers/" + id);
    }

    /** Invokes a function and waits for it; the SDK's client for Lambda would be a large dependency for this one call. */
    HttpResponse<String> invoke(String function, String event) {
        return send(lambda("functions/" + function + "/invocations")
                .POST(BodyPublishers.ofString(event))
                .build());
    }

    private HttpRequest.Builder lambda(String path) {
        return HttpRequest.newBuilder(endpoint().resolve("/2015-03-31/" + path))
                // moto reads the Region and the service from the signature, and does not check it.
                .header("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request");
    }

    /** The answer that was put there, if any was. */
    Optional<String> read(URI answer) {
        var response = send(HttpRequest.newBuilder(answer).build());
        return response.statusCode() == 200 ? Optional.of(response.body()) : Optional.empty();
    }

    private void control(String path) {
        send(HttpRequest.newBuilder(URI.create(fact("control")).resolve(path))
                .POST(BodyPublishers.noBody())
                .build());
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The emulator ends its functions and itself when its input ends, and so too when this JVM dies. */
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.onExit()
                .orTimeout(5, TimeUnit.SECONDS)
                .exceptionally(late -> process.destroyForcibly())
                .join();
    }
}
