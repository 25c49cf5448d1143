package io.enifailover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.enifailover.cli.Cloud.Line;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.SdkClientException;

/** Gives each command answers that would drive a terminal, and answers that are none. */
class HostileInputTest {
    private static final String HOSTILE =
            "\u001b]0;title\u0007\u001b]52;c;cm0=\u0007\u001b[2J\u009b31m\u202e\u2066\u200f\r\nfake line\u2028\u0085";

    /** What the commands decide by. */
    private static final Set<String> MEANING = Set.of(
            "id", "role", "power", "verdict", "state", "at", "time", "since", "until", "deadline", "tainted", "to");

    private static final String OWN_COLOURS = "\u001b\\[(?:0|1|2|31|32|33|1;7;3[123])m";

    private final Operator operator = new Operator();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status",
                "status --json",
                "status --watch",
                "status --color never",
                "status --color always",
                "history",
                "history --json",
                "preflight",
                "preflight --json",
                "switch --dry-run",
                "switch --yes",
                "switch --yes --json",
                "hold --for 1h --reason x --json",
                "release --json",
                "drill --yes",
                "logs",
                "logs --json"
            })
    void showsNothingThatATerminalObeys(String command) {
        var status = Answers.well();
        status.set("hold", Answers.onHold().path("hold"));
        status.set("lease", Answers.midMove().path("lease"));
        status.put("recordError", "");
        if (command.startsWith("switch")) {
            status.putNull("lease");
        }
        var pairOnHold = Answers.object("{\"hold\": " + status.path("hold") + "}");
        operator.answering("status", hostile(status))
                .answering("history", hostile(Answers.object("{\"history\": " + status.path("history") + "}")))
                .answering(
                        "preflight",
                        hostile(
                                Answers.object(
                                        "{\"ready\": false, \"checks\": [{\"name\": \"\", \"state\": \"fail\", \"detail\": \"\"}]}")))
                .answering(
                        "switchover",
                        hostile(Answers.object("{\"moved\": true, \"wouldMove\": true, \"message\": \"\"}")))
                .answering("hold", hostile(pairOnHold))
                .answering("release", hostile(Answers.object("{\"hold\": null, \"message\": \"\"}")));
        operator.log.add(new Line("1", Instant.parse("2026-11-22T02:59:00Z"), "plain " + HOSTILE));
        operator.log.add(new Line(
                "2",
                Instant.parse("2026-11-22T02:59:01Z"),
                hostile(Answers.object("{\"level\": \"\", \"event\": \"\", \"reason\": \"\", \"by\": \"\"}"))
                        .toString()));

        operator.gives(command.split(" ", -1));

        var shown = operator.printed() + operator.complained();
        assertThat(shown).contains("title");
        assertSafe(command.contains("always") ? shown.replaceAll(OWN_COLOURS, "") : shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "preflight", "history", "switch --yes", "drill --yes", "logs"})
    void explainsAFailureWithNothingThatATerminalObeys(String command) {
        for (var failure : new RuntimeException[] {
            SdkClientException.create(HOSTILE), CommandFailed.failed(HOSTILE), new IllegalStateException(HOSTILE)
        }) {
            operator.failing("status", failure).failing("preflight", failure).failing("history", failure);
            operator.logFailure = failure;

            assertThat(operator.gives(command.split(" ", -1))).isEqualTo(1);

            var complaint = operator.complained();
            assertThat(complaint).startsWith("failover: ").contains("title");
            assertThat(complaint.lines()).hasSize(1);
            assertSafe(complaint);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage",
                "",
                "null",
                "[]",
                "{}",
                "<html><body>502 Bad Gateway</body></html>",
                "{\"time\": \"yesterday\"}",
                "{\"history\": [{}], \"checks\": [null], \"hold\": {\"until\": 1e300}, \"moved\": 1}",
                "{\"history\": 7, \"checks\": \"x\", \"hold\": [], \"servers\": {}}"
            })
    void saysInOneLineThatAnAnswerIsNone(String answer) {
        for (var command : new String[] {
            "status",
            "status --json",
            "history",
            "history --json",
            "preflight",
            "preflight --json",
            "switch --yes",
            "switch --dry-run",
            "hold --for 1h --reason x",
            "hold --for 1h --reason x --json",
            "drill --yes"
        }) {
            operator.answeringText(answer);

            assertThat(operator.gives(command.split(" ", -1))).as(command).isEqualTo(1);

            assertThat(operator.printed()).as(command).isEmpty();
            assertThat(operator.complained().lines())
                    .as(command)
                    .singleElement()
                    .asString()
                    .startsWith("failover: the function")
                    .hasSizeLessThan(1_000);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"release", "release --json"})
    void doesNotTakeAnAnswerWithoutAHoldForARelease(String command) {
        operator.answeringText("{}");

        assertThat(operator.gives(command.split(" ", -1))).isEqualTo(1);

        assertThat(operator.complained().lines()).hasSize(1);
    }

    private static void assertSafe(String shown) {
        assertThat(shown.codePoints().filter(point -> point != '\n' && !isHarmless(point)))
                .isEmpty();
        assertThat(shown.lines()).noneMatch(line -> line.startsWith("fake line"));
    }

    private static boolean isHarmless(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    /** Puts a hostile text behind every text that is for people only. */
    private static JsonNode hostile(JsonNode json) {
        if (json instanceof ObjectNode object) {
            for (var field : object.properties()) {
                var value = field.getValue();
                if (!value.isTextual()) {
                    hostile(value);
                } else if (!MEANING.contains(field.getKey())) {
                    field.setValue(TextNode.valueOf(value.asText() + " " + HOSTILE));
                }
            }
        } else {
            json.forEach(HostileInputTest::hostile);
        }
        return json;
    }
}
