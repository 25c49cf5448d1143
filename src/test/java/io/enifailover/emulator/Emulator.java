package io.enifailover.emulator;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import io.enifailover.Classpath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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
public final class Emulator implements AutoCloseable {
    static final Path LOGS = Path.of("target", "emulator");

    /**
     * Where it stands.
     *
     * @param endpoint         of AWS's APIs, from {@link #freeEndpoint}
     * @param functionEndpoint where functions find them
     * @param internet         proxy through which functions reach Elastic IPs, or null if the network leads there
     * @param hypervisor       of real machines that follow EC2's API, or null
     * @param logs             directory
     */
    public record Place(
            URI endpoint,
            URI functionEndpoint,
            @Nullable URI internet,
            @Nullable URI hypervisor,
            Path logs) {}

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final Map<String, String> facts;

    private Emulator(Process process, Map<String, String> facts) {
        this.process = process;
        this.facts = facts;
    }

    /** The name, not 127.0.0.1: the CLI then addresses buckets by path. */
    public static URI freeEndpoint() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return URI.create("http://localhost:" + socket.getLocalPort());
        }
    }

    public static Emulator start(Place place) throws IOException {
        Files.createDirectories(place.logs());
        var log = place.logs().resolve("moto.log");
        var functionLog = place.logs().resolve("function.log");
        Files.deleteIfExists(functionLog);
        var python = python();
        var command = new ArrayList<>(List.of(
                python,
                "-B",
                "src/test/emulator/emulator.py",
                "--port=" + place.endpoint().getPort(),
                "--function-endpoint=" + place.functionEndpoint(),
                "--function-log=" + functionLog));
        if (place.hypervisor() != null) {
            command.add("--hypervisor=" + place.hypervisor());
        }
        command.add("--function-command");
        command.addAll(functionCommand(place.internet()));
        var process = start(python, new ProcessBuilder(command).redirectError(log.toFile()));
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

    static String python() {
        return Optional.ofNullable(System.getenv("EMULATOR_PYTHON")).orElse("python3");
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
    private static List<String> functionCommand(@Nullable URI internet) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC"));
        command.add("-Deni-failover.response-url=http://[^/]+/answers/[0-9a-f-]+");
        if (internet != null) {
            command.add("-Dhttp.proxyHost=" + internet.getHost());
            command.add("-Dhttp.proxyPort=" + internet.getPort());
            command.add("-Dhttp.nonProxyHosts=localhost");
            // The proxy asks the emulator three times for each look. A sick server hangs up at once, so nothing waits
            // longer.
            command.add("-Deni-failover.witness-milliseconds=20000");
        }
        command.add("-cp");
        command.add(Classpath.of(AWSLambda.class, Context.class, PojoSerializer.class, SdkInternalThreadLocal.class));
        command.add(AWSLambda.class.getName());
        return command;
    }

    public String fact(String name) {
        return facts.getOrDefault(name, "unknown");
    }

    /** What a client of AWS needs to take this for it. */
    public Map<String, String> environment() {
        return Map.of(
                "AWS_ENDPOINT_URL", endpoint().toString(),
                "AWS_REGION", "us-east-1",
                "AWS_ACCESS_KEY_ID", "test",
                "AWS_SECRET_ACCESS_KEY", "test",
                "AWS_EC2_METADATA_DISABLED", "true");
    }

    public URI endpoint() {
        return URI.create(fact("endpoint"));
    }

    public static Ec2Client ec2(URI endpoint) {
        return at(endpoint, Ec2Client.builder());
    }

    public static DynamoDbClient dynamoDb(URI endpoint) {
        return at(endpoint, DynamoDbClient.builder());
    }

    static <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C at(URI endpoint, B builder) {
        return builder.endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    /** From now on: EC2 takes seconds to detach an interface, moto no time at all. */
    public void detachTakes(Duration duration) {
        control("/detach?seconds=" + duration.toMillis() / 1000.0);
    }

    /** As a hung guest does: only a detachment by force ends. */
    public void detachHangs() {
        control("/detach");
    }

    /** As a guest does that not even a detachment by force reaches: only a stop of the instance ends it. */
    void detachHangsUntilTheInstanceStops() {
        control("/detach?force=no");
    }

    /** From now on: a stop takes that long, and EC2 refuses to detach an interface until the instance has stopped. */
    void stopTakesAndRefusesToDetach(Duration duration) {
        control("/stopping?refuses=yes&seconds=" + duration.toMillis() / 1000.0);
    }

    /** From now on: a stop takes that long. */
    public void stopTakes(Duration duration) {
        control("/stopping?refuses=no&seconds=" + duration.toMillis() / 1000.0);
    }

    /** From now on, and at first: a stop takes no time. */
    public void stopTakesNoTime() {
        control("/stopping?refuses=no");
    }

    /** From now on: EC2 shows an interface as attaching for that long; no time at all at first. */
    public void attachTakes(Duration duration) {
        control("/attach?seconds=" + duration.toMillis() / 1000.0);
    }

    /** The next server of this role never signals to CloudFormation that its first boot has ended well. */
    public void nextServerNeverSignals(String role) {
        control("/signals/fail?role=" + role);
    }

    /** Delivers an event of an AWS service by the deployed rules, and returns what their functions have answered. */
    public String deliver(String event) {
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
    public void killFunction() {
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
    public HttpResponse<String> invoke(String function, String event) {
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
