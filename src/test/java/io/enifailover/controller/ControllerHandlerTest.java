package io.enifailover.controller;

import static io.enifailover.controller.SimulatedEc2.ENI;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.enifailover.controller.PairRecord.Pulse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControllerHandlerTest {
    private static final String P = "i-0000000000000000a";
    private static final String S = "i-0000000000000000b";
    private static final String FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:controller";

    private final VirtualTime time = new VirtualTime();
    private final SimulatedEc2 ec2 =
            new SimulatedEc2(time).with(P, Role.PRIMARY).with(S, Role.STANDBY).attachedTo(P);
    private final SimulatedRecord record = new SimulatedRecord(time);
    private final List<URI> looks = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(strings = {"status", "preflight", "history"})
    void answersQuestionsByTheAliasForThem(String order) throws IOException {
        assertThat(answer("look", "{\"order\": \"" + order + "\"}")).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"order\": \"switchover\", \"to\": \"standby\", \"by\": \"ann\"}",
                "{\"order\": \"switchover\", \"to\": \"standby\", \"by\": \"ann\", \"dryRun\": true}",
                "{\"order\": \"hold\", \"for\": \"PT2H\", \"reason\": \"kernel\", \"by\": \"ann\"}",
                "{\"order\": \"release\", \"by\": \"ann\"}",
                "{\"order\": \"drill\"}",
                "{\"order\": [\"status\"]}",
                "{\"order\": \"Status\"}",
                "{\"type\": \"report\", \"observer\": \"" + S + "\", \"failures\": 3}",
                "{\"source\": \"aws.events\", \"detail-type\": \"Scheduled Event\", \"detail\": {}}",
                "{\"RequestType\": \"Delete\", \"order\": \"status\"}",
                "{}",
                "[]"
            })
    void doesNothingElseByTheAliasForQuestions(String event) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> answer("look", event))
                .withMessage("order must be status, preflight or history by the alias look");

        assertThat(ec2.calls()).isEmpty();
        assertThat(record.read()).isEqualTo(PairRecord.Memory.EMPTY);
    }

    @Test
    void obeysByTheOtherAlias() throws IOException {
        assertThat(answer("live", "{\"order\": \"switchover\", \"to\": \"standby\", \"by\": \"ann\"}")
                        .path("moved")
                        .asBoolean())
                .isTrue();
        assertThat(ec2.holder()).contains(S);
    }

    @Test
    void rehearsesWhenTheScheduleSaysSo() throws IOException {
        for (var server : List.of(P, S)) {
            record.heard(server, new Pulse(time.now(), "1f2e", Duration.ZERO, "2.13.0g"));
        }

        assertThat(answer("live", "{\"order\": \"drill\"}").path("moved").asBoolean())
                .isTrue();
        assertThat(ec2.holder()).contains(S);
    }

    @Test
    void primesEverythingThatAFailoverNeedsAndChangesNothing() {
        handler("snap-start");

        assertThat(ec2.calls()).containsExactly("DescribeNetworkInterfaces", "DescribeInstances");
        assertThat(record.calls()).containsExactly("GetItem");
        assertThat(looks).containsExactly(URI.create("http://127.0.0.1:9/healthz"));
    }

    @Test
    void primesWhatItCanWhereTheRestFails() {
        ec2.fails("DescribeNetworkInterfaces", "UnauthorizedOperation", 1);
        ec2.fails("DescribeInstances", "UnauthorizedOperation", 1);
        record.reachable(false);

        handler("snap-start");

        assertThat(ec2.calls()).hasSize(2);
        assertThat(record.calls()).hasSize(1);
        assertThat(looks).hasSize(1);
    }

    @Test
    void primesTheParserWithEventsThatItAccepts() {
        assertThatCode(ControllerHandler::primeJson).doesNotThrowAnyException();
    }

    @Test
    void primesNothingWithoutASnapshot() {
        handler("on-demand");

        assertThat(ec2.calls()).isEmpty();
        assertThat(looks).isEmpty();
    }

    @Test
    void primesTheStepsAfterOneThatFails() {
        var run = new ArrayList<String>();

        new Priming()
                .with("one", () -> {
                    throw new IOException("not there");
                })
                .with("two", () -> run.add("two"))
                .run();

        assertThat(run).containsExactly("two");
    }

    private JsonNode answer(String alias, String event) throws IOException {
        var output = new ByteArrayOutputStream();
        handler("on-demand")
                .handleRequest(
                        new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)), output, calledBy(alias));
        return new ObjectMapper().readTree(output.toByteArray());
    }

    private ControllerHandler handler(String initialization) {
        var policy = new Policy(Duration.ofSeconds(60), 3, null);
        Function<URI, Witness> witnesses = url -> () -> {
            looks.add(url);
            return ec2.witness(Duration.ZERO).look();
        };
        return new ControllerHandler(
                new Configuration(ENI, "table", null, policy, Deadlines.DEFAULT, false),
                new Surroundings(
                        ec2,
                        id -> record,
                        new Lookout(witnesses, Runnable::run, time),
                        witnesses,
                        time,
                        line -> {},
                        (type, detail) -> {}),
                initialization);
    }

    private static Context calledBy(String alias) {
        return (Context) Proxy.newProxyInstance(
                Context.class.getClassLoader(),
                new Class<?>[] {Context.class},
                (context, method, arguments) -> switch (method.getName()) {
                    case "getInvokedFunctionArn" -> FUNCTION + ":" + alias;
                    case "getAwsRequestId" -> "call";
                    case "getRemainingTimeInMillis" -> 180_000;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
