package io.enifailover.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the very folder that is uploaded, with AWS's runtime interface client, in a process of its own. */
class FunctionPackageTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static RuntimeApi runtime;
    private static CloudFormationAnswers answers;
    private static HttpServer ec2;
    private static HttpServer table;
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
        ec2 = PackagedFunction.serving(
                request -> request.contains("Action=DescribeInstances") ? PackagedFunction.SERVERS : ec2Answer,
                () -> ec2Status);
        // A table that nobody may read: the function goes on without its record.
        table = PackagedFunction.serving(
                request -> "{\"__type\": \"com.amazon.coral.service#AccessDeniedException\"}", () -> 400);
        output = folder.resolve("output");
        var builder = PackagedFunction.process(List.of(), runtime, folder);
        builder.redirectOutput(output.toFile());
        builder.environment().put("AWS_ENDPOINT_URL_EC2", PackagedFunction.url(ec2));
        builder.environment().put("AWS_ENDPOINT_URL_DYNAMODB", PackagedFunction.url(table));
        function = builder.start();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (function != null) {
            function.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            ec2.stop(0);
            table.stop(0);
            answers.close();
            runtime.close();
        }
    }

    @Test
    void holdsTheLibrariesOfTheFunctionAndNoOthers() throws Exception {
        var names = PackagedFunction.jars().stream()
                .map(j -> j.getFileName().toString())
                .toList();

        assertThat(names)
                .contains("eni-failover-controller.jar")
                .anyMatch(n -> n.startsWith("ec2-"))
                .anyMatch(n -> n.startsWith("dynamodb-"));
        assertThat(names)
                .noneMatch(n ->
                        n.matches("(aws-cdk|cdk|constructs|jsii|junit|assertj|archunit|opentest4j|DynamoDBLocal).*")
                                || n.contains("runtime-interface-client")
                                || n.matches("(netty|apache\\d?-client|jetty|kotlin|log4j).*"));
        assertThat(names.stream().map(n -> n.replaceAll("-[0-9.]+\\.jar$", ""))).doesNotHaveDuplicates();
        // Lambda's limit for a package is 250 MB unzipped; its start takes longer with each of them.
        assertThat(PackagedFunction.jars().stream()
                        .mapToLong(j -> j.toFile().length())
                        .sum())
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
        attachedToTheStandby();

        invoke("Update");

        var answer = answers.next();
        assertThat(answer.at("/Status").asText()).isEqualTo("SUCCESS");
        assertThat(answer.at("/Data/HolderId").asText()).isEqualTo("i-00000000000000002");
        assertThat(answer.at("/Data/Holder").asText()).isEqualTo("standby");
        assertThat(Files.readString(output)).contains("INFO SwapHandler - eni-0123456789abcdef0 is attached to");
    }

    @Test
    void observesWhenTheScheduleCallsIt() throws Exception {
        attachedToTheStandby();

        var answer = answer("""
                {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}""");

        assertThat(answer.at("/moved").asBoolean()).isFalse();
        assertThat(answer.at("/message").asText())
                .isEqualTo("kept: no server reports a failure, and there is no witness");
        assertThat(Files.readString(output)).contains("deciding without the record: GetItem: AccessDeniedException");
        var measured = Files.readString(output)
                .lines()
                .filter(line -> line.contains("\"measured\""))
                .findFirst()
                .orElseThrow();
        var line = new ObjectMapper().readTree(measured);
        assertThat(line.at("/_aws/CloudWatchMetrics/0/Namespace").asText()).isEqualTo("EniFailover");
        assertThat(line.path("Holder").asDouble()).isEqualTo(2);
    }

    @Test
    void answersAnOrderForTheStatus() throws Exception {
        attachedToTheStandby();

        var answer = answer("{\"order\": \"status\"}");

        assertThat(answer.at("/interfaceId").asText()).isEqualTo("eni-0123456789abcdef0");
        assertThat(answer.at("/state").asText()).isEqualTo("attached");
        assertThat(answer.at("/holder/id").asText()).isEqualTo("i-00000000000000002");
        assertThat(answer.at("/service/verdict").asText()).isEqualTo("unseen");
        assertThat(answer.at("/servers")).hasSize(2);
        assertThat(answer.at("/recordError").asText()).startsWith("GetItem: AccessDeniedException");
    }

    @Test
    void refusesAnUnknownEvent() throws Exception {
        assertThatThrownBy(() -> answer("{\"source\": \"aws.s3\"}"))
                .hasMessageContaining("event must be a report, a heartbeat, an order, an EC2 state change, an alarm,"
                        + " a scheduled event or a request of CloudFormation, got {");
        assertThat(Files.readString(output)).contains("\"event\":\"error\"", "\"Errors\":1.0");
    }

    private static void attachedToTheStandby() {
        ec2Status = 200;
        ec2Answer = PackagedFunction.ATTACHED_TO_THE_STANDBY;
    }

    private static void invoke(String type) throws IOException, InterruptedException {
        answer("deploy", """
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
                }""".formatted(type, answers.url()));
    }

    private static JsonNode answer(String event) throws IOException, InterruptedException {
        return answer("live", event);
    }

    private static JsonNode answer(String alias, String event) throws IOException, InterruptedException {
        try {
            return new ObjectMapper().readTree(runtime.invoke(alias, event, TIMEOUT));
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
}
