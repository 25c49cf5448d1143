package io.enifailover.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the very folder that is uploaded, with AWS's runtime interface client, in a process of its own. */
class FunctionPackageTest {
    private static final String HANDLER = "io.enifailover.controller.SwapHandler::handleRequest";
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static RuntimeApi runtime;
    private static CloudFormationAnswers answers;
    private static HttpServer ec2;
    private static Process function;
    private static Path output;
    private static volatile String ec2Answer = "";
    private static volatile int ec2Status;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        // The runtime interface client brings native code for Linux only.
        assumeTrue(System.getProperty("os.name").equals("Linux"));
        runtime = new RuntimeApi();
        answers = new CloudFormationAnswers();
        ec2 = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ec2.createContext("/", exchange -> {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                var body = ec2Answer.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(ec2Status, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        ec2.start();
        output = folder.resolve("output");
        var classpath = Stream.concat(
                        Stream.of(jarOf(AWSLambda.class), jarOf(PojoSerializer.class)), packagedJars().stream())
                .map(Path::toString)
                .toList();
        var builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        String.join(File.pathSeparator, classpath),
                        AWSLambda.class.getName(),
                        HANDLER)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        var environment = builder.environment();
        environment.put("AWS_LAMBDA_RUNTIME_API", runtime.address());
        environment.put("AWS_LAMBDA_FUNCTION_NAME", "swap");
        environment.put("AWS_LAMBDA_FUNCTION_VERSION", "1");
        environment.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512");
        environment.put("AWS_LAMBDA_LOG_GROUP_NAME", "group");
        environment.put("AWS_LAMBDA_LOG_STREAM_NAME", "stream");
        environment.put("LAMBDA_TASK_ROOT", folder.toString());
        environment.put("AWS_REGION", "us-east-1");
        environment.put("AWS_ACCESS_KEY_ID", "test");
        environment.put("AWS_SECRET_ACCESS_KEY", "test");
        environment.put(
                "AWS_ENDPOINT_URL_EC2", "http://127.0.0.1:" + ec2.getAddress().getPort());
        function = builder.start();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (function != null) {
            function.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            ec2.stop(0);
            answers.close();
            runtime.close();
        }
    }

    @Test
    void holdsTheLibrariesOfTheFunctionAndNoOthers() throws Exception {
        var names = packagedJars().stream().map(j -> j.getFileName().toString()).toList();

        assertThat(names).contains("eni-failover-controller.jar").anyMatch(n -> n.startsWith("ec2-"));
        assertThat(names)
                .noneMatch(n -> n.matches("(aws-cdk|cdk|constructs|jsii|junit|assertj|archunit|opentest4j).*")
                        || n.contains("runtime-interface-client")
                        || n.matches("(netty|apache\\d?-client).*"));
        // Lambda's limit for a package is 250 MB unzipped; its start takes longer with each of them.
        assertThat(packagedJars().stream().mapToLong(j -> j.toFile().length()).sum())
                .isLessThan(40_000_000);
    }

    @Test
    void answersADeleteOfAMissingInterface() throws Exception {
        ec2Status = 400;
        ec2Answer = """
                <Response><Errors><Error><Code>InvalidNetworkInterfaceID.NotFound</Code>
                <Message>The networkInterface ID 'eni-0123456789abcdef0' does not exist</Message></Error></Errors>
                <RequestID>00000000-0000-0000-0000-000000000000</RequestID></Response>""";

        invoke("Delete");

        var answer = answers.next();
        assertThat(answer.at("/Status").asText()).isEqualTo("SUCCESS");
        assertThat(answer.at("/PhysicalResourceId").asText()).isEqualTo("eni-0123456789abcdef0");
        assertThat(answer.at("/Data/Report").asText()).isEqualTo("nothing was attached");
    }

    @Test
    void answersAnUpdateThatHasNothingToMove() throws Exception {
        ec2Status = 200;
        ec2Answer = """
                <DescribeNetworkInterfacesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
                <networkInterfaceSet><item>
                  <networkInterfaceId>eni-0123456789abcdef0</networkInterfaceId>
                  <status>in-use</status>
                  <attachment>
                    <attachmentId>eni-attach-1</attachmentId>
                    <instanceId>i-00000000000000002</instanceId>
                    <deviceIndex>1</deviceIndex>
                    <status>attached</status>
                  </attachment>
                </item></networkInterfaceSet>
                </DescribeNetworkInterfacesResponse>""";

        invoke("Update");

        var answer = answers.next();
        assertThat(answer.at("/Status").asText()).isEqualTo("SUCCESS");
        assertThat(answer.at("/Data/HolderId").asText()).isEqualTo("i-00000000000000002");
        assertThat(answer.at("/Data/Holder").asText()).isEqualTo("standby");
        assertThat(Files.readString(output)).contains("INFO SwapHandler - eni-0123456789abcdef0 is attached to");
    }

    private static void invoke(String type) throws IOException, InterruptedException {
        var event = """
                {
                  "RequestType": "%s",
                  "ResponseURL": "%s",
                  "StackId": "stack",
                  "RequestId": "request",
                  "LogicalResourceId": "Swap",
                  "PhysicalResourceId": "eni-0123456789abcdef0",
                  "ResourceType": "Custom::InterfaceSwap",
                  "ResourceProperties": {
                    "ServiceToken": "arn",
                    "InterfaceId": "eni-0123456789abcdef0",
                    "PrimaryId": "i-00000000000000001",
                    "StandbyId": "i-00000000000000002"
                  }
                }""".formatted(type, answers.url());
        try {
            runtime.invoke(event, TIMEOUT);
        } catch (AssertionError e) {
            // A runtime that could not start reports it first and writes its trace then.
            function.waitFor(2, TimeUnit.SECONDS);
            throw new AssertionError(
                    "%s%nThe function, %s, wrote:%n%s"
                            .formatted(
                                    e.getMessage(),
                                    function.isAlive()
                                            ? "which still runs"
                                            : "which ended with " + function.exitValue(),
                                    Files.readString(output)),
                    e);
        }
    }

    private static List<Path> packagedJars() throws IOException, URISyntaxException {
        try (var jars = Files.list(jarOf(SwapHandler.class).resolve("function/lib"))) {
            return jars.sorted().toList();
        }
    }

    private static Path jarOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }
}
