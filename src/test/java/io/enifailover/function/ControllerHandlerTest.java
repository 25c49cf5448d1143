package io.enifailover.function;

import static io.enifailover.function.SimulatedWorld.P;
import static io.enifailover.function.SimulatedWorld.S;
import static io.enifailover.simulation.SimulatedEc2.ENI;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.enifailover.function.PairRecord.LastHeartbeat;
import io.enifailover.protocol.Endpoint;
import io.enifailover.protocol.FailoverSettings;
import io.enifailover.protocol.FunctionSettings;
import io.enifailover.protocol.HealthCheck;
import io.enifailover.protocol.Order;
import io.enifailover.protocol.Order.Question;
import io.enifailover.protocol.Role;
import io.enifailover.simulation.ScriptedEc2;
import io.enifailover.simulation.ScriptedRecord;
import io.enifailover.simulation.SimulatedContext;
import io.enifailover.simulation.SimulatedEc2;
import io.enifailover.simulation.VirtualTime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControllerHandlerTest {
    private static final String FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:controller";

    private final SimulatedWorld world = new SimulatedWorld();
    private final VirtualTime time = world.time;
    private final ScriptedEc2 ec2 = world.ec2.attachedTo(P);
    private final ScriptedRecord record = world.record;
    private final List<Endpoint> probes = new ArrayList<>();

    /** Every question: one that the function cannot read or does not answer fails here. */
    @ParameterizedTest
    @MethodSource
    void answersQuestionsByTheAliasForThem(Class<?> question) throws IOException {
        assertThat(answer("look", "{\"order\": \"" + Order.name(question) + "\"}"))
                .isNotEmpty();
    }

    static Stream<Class<?>> answersQuestionsByTheAliasForThem() {
        return Order.types().stream().filter(Question.class::isAssignableFrom);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"order\": \"switchover\", \"to\": \"standby\", \"by\": \"ann\"}",
                "{\"order\": \"switchover\", \"to\": \"standby\", \"by\": \"ann\", \"dryRun\": true}",
                "{\"order\": \"hold\", \"duration\": \"PT2H\", \"reason\": \"kernel\", \"by\": \"ann\"}",
                "{\"order\": \"release\", \"by\": \"ann\"}",
                "{\"order\": \"drill\"}",
                "{\"type\": \"report\", \"observer\": \"" + S + "\", \"failures\": 3}",
                "{\"source\": \"aws.events\", \"detail-type\": \"Scheduled Event\", \"detail\": {}}"
            })
    void doesNothingElseByTheAliasForQuestions(String event) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> answer("look", event))
                .withMessage("the alias look accepts only status, preflight and history");

        assertThat(ec2.calls()).isEmpty();
        assertThat(record.read()).isEqualTo(PairRecord.PairState.EMPTY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"live", "look", "report-primary", "report-standby"})
    void takesRequestsOfCloudFormationByTheAliasForThemOnly(String alias) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> answer(alias, "{\"RequestType\": \"Delete\", \"order\": \"status\"}"));

        assertThat(ec2.calls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"order\": \"status\"}",
                "{\"order\": \"switchover\"}",
                "{\"type\": \"report\", \"observer\": \"" + S + "\", \"failures\": 3}",
                "{\"source\": \"aws.events\", \"detail-type\": \"Scheduled Event\", \"detail\": {}}",
            })
    void takesNothingElseByTheAliasForCloudFormation(String event) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> answer("deploy", event))
                .withMessage("the alias deploy accepts only requests of CloudFormation");

        assertThat(ec2.calls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"order\": \"switchover\", \"to\": \"standby\", \"by\": \"ann\"}",
                "{\"order\": \"hold\", \"duration\": \"P30D\", \"reason\": \"why not\", \"by\": \"ann\"}",
                "{\"order\": \"status\"}",
                "{\"order\": \"drill\"}",
                "{\"source\": \"aws.events\", \"detail-type\": \"Scheduled Event\", \"detail\": {}}",
            })
    void letsAServerReportAndDoNothingElse(String event) {
        for (var role : Role.values()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> answer("report-" + role, event))
                    .withMessage("the alias report-%1$s accepts only reports and heartbeats of the %1$s", role);
        }

        assertThat(ec2.calls()).isEmpty();
        assertThat(record.read()).isEqualTo(PairRecord.PairState.EMPTY);
    }

    /** Whoever may order may not pass for a server. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"report\", \"observer\": \"" + S + "\", \"failures\": 3}",
                "{\"type\": \"heartbeat\", \"observer\": \"" + S + "\", \"clock\": 1767268800}"
            })
    void takesReportsOnlyByTheAliasesForThem(String event) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> answer("live", event))
                .withMessage("the alias live accepts only orders and events of AWS");
    }

    @ParameterizedTest
    @CsvSource({
        "report-primary, " + S + ", ignored: " + S + " does not report by the alias report-primary",
        "report-standby, " + P + ", ignored: " + P + " does not report by the alias report-standby",
        "report-standby, i-0000000000000000c, ignored: i-0000000000000000c does not report by the alias report-standby"
    })
    void ignoresAServerThatSpeaksForAnother(String alias, String observer, String words) throws IOException {
        for (var event : List.of(report(observer), heartbeat(observer))) {
            assertThat(answer(alias, event).path("message").asText()).isEqualTo(words);
        }

        assertThat(ec2.changes()).isEmpty();
        assertThat(record.calls()).isEmpty();
    }

    @Test
    void takesReportsAndHeartbeatsOfEachServerByItsOwnAlias() throws IOException {
        for (var server : Map.of("report-primary", P, "report-standby", S).entrySet()) {
            assertThat(answer(server.getKey(), heartbeat(server.getValue()))
                            .path("heard")
                            .asBoolean())
                    .isTrue();
            assertThat(answer(server.getKey(), report(server.getValue()))
                            .path("message")
                            .asText())
                    .startsWith("kept");
        }

        assertThat(record.read().heartbeats()).containsOnlyKeys(P, S);
    }

    @Test
    void namesTheRoleOfTheServerWhereAUnitHasFailed() throws IOException {
        answer("report-standby", heartbeat(S).replace("}", ", \"failedUnits\": \"redis.service\"}"));

        assertThat(world.lines)
                .singleElement()
                .satisfies(line -> assertThat(Lines.read(line).path("reason").asText())
                        .isEqualTo("failed on the standby " + S + ": redis.service"));
    }

    /** A report must not wait for one more call. */
    @Test
    void asksEc2OnceWhichServerHasWhichRole() throws IOException {
        var handler = handler("on-demand");
        answer(handler, "report-standby", heartbeat(S));
        assertThat(ec2.calls()).containsExactly("DescribeInstances");

        answer(handler, "report-standby", heartbeat(S));

        assertThat(ec2.calls()).containsExactly("DescribeInstances");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":7", ":$LATEST"})
    void isDeafWithoutAnAlias(String qualifier) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> invoke(handler("on-demand"), FUNCTION + qualifier, "{\"order\": \"status\"}"))
                .withMessage("the function must be called by one of its aliases");
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
            record.heartbeat(server, new LastHeartbeat(time.now(), "1f2e", Duration.ZERO, "2.13.0g", ""));
        }

        assertThat(answer("live", "{\"order\": \"drill\"}").path("moved").asBoolean())
                .isTrue();
        assertThat(ec2.holder()).contains(S);
    }

    @Test
    void primesEverythingThatAFailoverNeedsAndChangesNothing() {
        handler("snap-start");

        // Each once by itself, and once for a decision.
        assertThat(ec2.calls())
                .containsExactly(
                        "DescribeNetworkInterfaces",
                        "DescribeInstances",
                        "DescribeNetworkInterfaces",
                        "DescribeInstances");
        assertThat(record.calls()).containsExactly("GetItem", "GetItem");
        assertThat(probes).contains(new Endpoint(HealthCheck.http(9, "/"), "127.0.0.1"));
    }

    @Test
    void primesWhatItCanWhereTheRestFails() {
        ec2.fails("DescribeNetworkInterfaces", "UnauthorizedOperation", 1);
        ec2.fails("DescribeInstances", "UnauthorizedOperation", 1);
        record.reachable(false);

        handler("snap-start");

        assertThat(ec2.calls()).hasSize(4);
        assertThat(record.calls()).hasSize(2);
        assertThat(probes).contains(new Endpoint(HealthCheck.http(9, "/"), "127.0.0.1"));
    }

    @Test
    void primesTheParserWithEventsThatItAccepts() {
        assertThatCode(ControllerHandler::primeJson).doesNotThrowAnyException();
    }

    @Test
    void primesNothingWithoutASnapshot() {
        handler("on-demand");

        assertThat(ec2.calls()).isEmpty();
        assertThat(probes).isEmpty();
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

    private static String report(String observer) {
        return "{\"type\": \"report\", \"observer\": \"%s\", \"failures\": 3}".formatted(observer);
    }

    private String heartbeat(String observer) {
        return """
                {"type": "heartbeat", "observer": "%s", "userData": "1f2e", "clock": %d, "ena": "2.13.0g"}""".formatted(observer, time.now().getEpochSecond());
    }

    @Test
    void reconcilesWhenTheScheduleSaysSo() throws IOException {
        assertThat(answer("live", "{\"source\": \"aws.events\", \"detail-type\": \"Scheduled Event\", \"detail\": {}}")
                        .path("message")
                        .asText())
                .startsWith("kept: ");
    }

    @Test
    void movesNothingByAnOrderThatOnlyAsks() throws IOException {
        var answer =
                answer("live", "{\"order\": \"switchover\", \"to\": \"standby\", \"by\": \"ann\", \"dryRun\": true}");

        assertThat(answer.path("wouldMove").asBoolean()).isTrue();
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void takesWhatComesByTheAliasForCloudFormationForARequestOfCloudFormation() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> answer("deploy", "{\"RequestType\": \"Delete\"}"))
                .withMessage("ResponseURL must be of CloudFormation's own bucket, got nothing");
    }

    @Test
    void logsACallThatFails() {
        assertThatIllegalArgumentException().isThrownBy(() -> answer("live", "{\"order\": \"dance\"}"));

        assertThat(world.lines)
                .singleElement()
                .satisfies(line ->
                        assertThat(Lines.read(line).path("event").asText()).isEqualTo("error"));
    }

    private JsonNode answer(String alias, String event) throws IOException {
        return answer(handler("on-demand"), alias, event);
    }

    private static JsonNode answer(ControllerHandler handler, String alias, String event) throws IOException {
        return invoke(handler, FUNCTION + ":" + alias, event);
    }

    private static JsonNode invoke(ControllerHandler handler, String arn, String event) throws IOException {
        var output = new ByteArrayOutputStream();
        handler.handleRequest(new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)), output, calledBy(arn));
        return new ObjectMapper().readTree(output.toByteArray());
    }

    private ControllerHandler handler(String initialization) {
        Function<Endpoint, Witness> witnesses = url -> () -> {
            probes.add(url);
            return ec2.witness(Duration.ZERO).probe();
        };
        return new ControllerHandler(
                new FunctionSettings(ENI, SimulatedEc2.STACK, "table", null, FailoverSettings.ofDefaults()),
                world.dependencies(witnesses, (type, detail) -> {}),
                initialization);
    }

    static Context calledBy(String arn) {
        return SimulatedContext.of(arn, "call", () -> Duration.ofMinutes(3));
    }
}
