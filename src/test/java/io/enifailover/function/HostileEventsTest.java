package io.enifailover.function;

import static io.enifailover.function.SimulatedWorld.P;
import static io.enifailover.function.SimulatedWorld.S;
import static io.enifailover.function.SimulatedWorld.SERVICE;
import static io.enifailover.simulation.SimulatedEc2.ENI;
import static io.enifailover.simulation.SimulatedEc2.STACK;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.enifailover.protocol.FailoverSettings;
import io.enifailover.protocol.FunctionAlias;
import io.enifailover.protocol.FunctionSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Sends every kind of event with hostile values through the whole handler, by every alias. Nothing but the documented refusal may
 * come out, in one line, and afterwards the pair can still be asked for its status and history.
 *
 * <p>{@code -Dfuzz=long} sends a million.
 */
class HostileEventsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:controller:";
    private static final int EVENTS = "long".equals(System.getProperty("fuzz")) ? 1_000_000 : 5_000;
    /** A new pair now and then, since a long hold or a move would turn all later events away. */
    private static final int EVENTS_OF_A_PAIR = 50;

    private static final List<String> VALID = List.of(
            """
            {"type": "report", "observer": "%s", "failures": 3, "failingFor": 1.5, "clock": 1767225600.5}""".formatted(S),
            """
            {"type": "heartbeat", "observer": "%s", "userData": "1f2e", "clock": 1767225600, "ena": "2.13.0g"}""".formatted(P),
            """
            {"order": "switchover", "to": "standby", "by": "ann", "dryRun": true}""",
            """
            {"order": "hold", "duration": "PT2H", "reason": "kernel", "by": "ann"}""",
            """
            {"order": "release", "by": "ann"}""",
            """
            {"order": "status"}""",
            """
            {"order": "history", "most": 50}""",
            """
            {"order": "preflight"}""",
            """
            {"order": "drill"}""",
            """
            {"source": "aws.ec2", "detail-type": "EC2 Instance State-change Notification", "time": "2026-01-01T00:00:00Z",
             "detail": {"instance-id": "%s", "state": "stopped"}}""".formatted(P),
            """
            {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}""",
            """
            {"source": "aws.cloudwatch", "alarmData": {"alarmName": "primary", "state": {"value": "ALARM"}}}""",
            """
            {"RequestType": "Delete", "ResponseURL": "https://example.com/", "StackId": "%s", "RequestId": "1",
             "LogicalResourceId": "Swap", "PhysicalResourceId": "%s", "ResourceProperties": {"InterfaceId": "%s"}}""".formatted(STACK, ENI, ENI));

    private static final List<String> TEXTS = List.of(
            "",
            "\n{\"level\":\"ERROR\"}",
            "\u001b]52;c;Zm9v\u0007",
            "\u009b2J",
            "\u202egnp.exe",
            "\u2028",
            "\ud83d",
            "\u0000",
            "x".repeat(100_000),
            "\u001b".repeat(1_000),
            P,
            S,
            "i-0000000000000000c",
            "primary",
            "status",
            "switchover",
            "P30D",
            "PT-1M",
            "P999999999999999999D",
            "-999999999-01-01T00:00:00Z",
            "+999999999-12-31T23:59:59Z",
            "http://169.254.169.254/",
            "${jndi:ldap://x}",
            "%s%n{}");

    private static final List<Double> NUMBERS =
            List.of(0.0, -1.0, 0.5, 1e-300, 1e300, -1e300, 1e18, 253_402_300_800.0, -62_135_596_801.0, 2_147_483_648.0);

    @Test
    void bringNothingButTheDocumentedRefusalAndLeaveThePairToBeAsked() throws IOException {
        var random = new Random(20_260_101);
        var refusals = 0;
        var answers = 0;
        var pair = new Pair();
        for (var sent = 0; sent < EVENTS; sent++) {
            if (sent % EVENTS_OF_A_PAIR == 0) {
                pair = new Pair();
            }
            var event = hostile(random).toString();
            var aliases = FunctionAlias.values();
            var alias = aliases[random.nextInt(aliases.length)].toString();
            if (pair.refuses(alias, event)) {
                refusals++;
            } else {
                answers++;
            }
            assertThat(pair.world.lines).as(event).allMatch(line -> line.matches("[^\\p{Cntrl}]*"));
            pair.world.lines.clear();
            if (sent % EVENTS_OF_A_PAIR == EVENTS_OF_A_PAIR - 1) {
                pair.isAskedForStatusAndHistory();
            }
        }
        // Otherwise this would test the parser alone, or nothing.
        assertThat(answers).as("answers").isGreaterThan(EVENTS / 50);
        assertThat(refusals).as("refusals").isGreaterThan(EVENTS / 2);
        System.out.printf("%d hostile events: %d refused, %d answered%n", EVENTS, refusals, answers);
    }

    /** A valid event, changed in up to three places. */
    private static JsonNode hostile(Random random) throws IOException {
        var event = (ObjectNode) JSON.readTree(VALID.get(random.nextInt(VALID.size())));
        for (var changes = random.nextInt(4); changes > 0; changes--) {
            change(random, event);
        }
        return event;
    }

    private static void change(Random random, ObjectNode object) {
        var names = new ArrayList<String>();
        object.fieldNames().forEachRemaining(names::add);
        if (names.isEmpty() || random.nextInt(6) == 0) {
            object.set(
                    any(random, List.of("dryrun", "To", "order", "type", "RequestType", "\u001b[2J", "by", "clock")),
                    value(random));
            return;
        }
        var name = any(random, names);
        if (object.get(name) instanceof ObjectNode inner && random.nextBoolean()) {
            change(random, inner);
        } else if (random.nextInt(6) == 0) {
            object.remove(name);
        } else {
            object.set(name, value(random));
        }
    }

    private static JsonNode value(Random random) {
        var nodes = JsonNodeFactory.instance;
        return switch (random.nextInt(9)) {
            case 0 -> nodes.nullNode();
            case 1 -> nodes.booleanNode(random.nextBoolean());
            case 2 -> nodes.arrayNode().add("status");
            case 3 -> nodes.objectNode().put("order", "status");
            case 4 -> nodes.numberNode(BigInteger.TEN.pow(random.nextInt(400)));
            case 5 -> nodes.numberNode(random.nextInt());
            case 6 -> nodes.numberNode(any(random, NUMBERS).doubleValue());
            default -> nodes.textNode(any(random, TEXTS));
        };
    }

    private static <T> T any(Random random, List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** A pair with its handler. */
    private static final class Pair {
        private final SimulatedWorld world = new SimulatedWorld();
        private final ControllerHandler handler;

        Pair() {
            world.ec2.attachedTo(P);
            handler = new ControllerHandler(
                    new FunctionSettings(ENI, STACK, "table", SERVICE, FailoverSettings.ofDefaults()),
                    world.dependencies(),
                    "on-demand");
        }

        boolean refuses(String alias, String event) throws IOException {
            try {
                answer(alias, event);
                return false;
            } catch (IllegalArgumentException refusal) {
                assertThat(refusal.getMessage()).as(event).hasSizeLessThan(300).matches("\\P{C}+");
                return true;
            } catch (RuntimeException e) {
                throw new AssertionError("not a refusal by " + alias + ": " + event, e);
            }
        }

        void isAskedForStatusAndHistory() throws IOException {
            assertThat(answer("look", "{\"order\": \"status\"}").path("servers"))
                    .hasSize(2);
            assertThat(answer("look", "{\"order\": \"history\"}")
                            .path("history")
                            .isArray())
                    .isTrue();
            assertThat(world.record.read().heartbeats()).hasSizeLessThanOrEqualTo(2);
        }

        private JsonNode answer(String alias, String event) throws IOException {
            var output = new ByteArrayOutputStream();
            handler.handleRequest(
                    new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)),
                    output,
                    ControllerHandlerTest.calledBy(FUNCTION + alias));
            return JSON.readTree(output.toByteArray());
        }
    }
}
