package io.enifailover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.enifailover.cli.Cloud.Line;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.exception.SdkClientException;

class FailoverTest {
    private static final String BY = "\"by\":\"" + System.getProperty("user.name") + "\"";

    private final Operator operator = new Operator();

    @BeforeEach
    void allIsWell() {
        operator.answering("status", Answers.well());
    }

    @Test
    void showsTheStatusByTheAliasThatOnlyLooks() {
        assertThat(operator.gives("status")).isZero();

        assertThat(operator.printed()).startsWith(" OK  The primary serves, and the standby is ready.\n");
        assertThat(operator.sent).containsExactly("look {\"order\":\"status\"}");
    }

    @Test
    void asksQuestionsByTheAliasForThemAndByNoOther() {
        operator.looks = false;

        assertThat(operator.gives("status")).isEqualTo(1);

        assertThat(operator.sent).isEmpty();
        assertThat(operator.complained()).contains("has no alias look: deploy the stack");
    }

    @Test
    void addsTheStackToTheAnswer() {
        assertThat(operator.gives("status", "--json", "--stack", "Shop")).isZero();

        var expected = Answers.object("{\"stack\": \"Shop\", \"region\": \"us-east-1\"}");
        expected.setAll(Answers.well());
        assertThat(operator.printedJson()).isEqualTo(expected);
    }

    @Test
    void tellsScriptsWhichServerDoesNotExist() {
        var alone = new Operator().answering("status", Answers.standbyMissing());

        assertThat(alone.gives("status", "--json")).isZero();

        assertThat(alone.printedJson().path("missing"))
                .isEqualTo(Answers.standbyMissing().path("missing"));
    }

    @ParameterizedTest
    @CsvSource({"switch --yes, 1", "switch --to standby --yes, 1", "drill --yes, 3"})
    void doesNotMoveToAServerThatDoesNotExist(String command, int code) {
        var alone = new Operator().answering("status", Answers.standbyMissing());

        assertThat(alone.gives(command.split(" ", -1))).isEqualTo(code);

        assertThat(alone.complained())
                .isEqualTo("failover: the standby does not exist: failover status says what to do\n");
        assertThat(alone.sent).containsExactly("look {\"order\":\"status\"}");
    }

    @ParameterizedTest
    @CsvSource({"false, auto, false", "true, auto, true", "false, always, true", "true, never, false"})
    void coloursATerminalOrAsItIsTold(boolean terminal, String when, boolean coloured) {
        operator.onTerminal = terminal;

        operator.gives("status", "--color", when);

        assertThat(operator.printed().contains("\u001b[32m")).isEqualTo(coloured);
    }

    @Test
    void writesALineForEachChangeOnAPipe() {
        var later = Answers.well().put("time", "2026-11-22T03:00:02Z");
        operator.answering("status", later, Answers.midMove(), Answers.midMove());
        operator.then(() -> {}).then(() -> {}).then(() -> {});

        assertThat(operator.gives("status", "--watch")).isZero();

        assertThat(operator.printed()).isEqualTo("""
                2026-11-22 03:00:00  OK  The primary serves, and the standby is ready.
                2026-11-22 03:00:00  MOVING  The interface is attaching, on its way to the standby.
                """);
    }

    @Test
    void goesOnWatchingWhenACallFails() {
        operator.failing("status", SdkClientException.create("Unable to load credentials"))
                .answering("status", Answers.well());
        operator.then(() -> {}).then(() -> {}).then(() -> {});

        assertThat(operator.gives("status", "--watch")).isZero();

        assertThat(operator.printed().lines()).hasSize(2);
        assertThat(operator.complained().lines()).singleElement().asString().startsWith("failover: no AWS credentials");
    }

    @Test
    void redrawsATerminalFromItsTopAndNeverHigherThanItsWindow() {
        operator.onTerminal = true;
        operator.answering("status", Answers.bothDown());
        operator.then(() -> {}).then(() -> {});

        assertThat(operator.gives("status", "--watch")).isZero();

        var frames = operator.printed().split("\u001b\\[H", -1);
        assertThat(frames).hasSize(4);
        assertThat(frames[2].lines()).hasSizeLessThanOrEqualTo(24);
        assertThat(frames[3]).contains("DOWN").endsWith("\u001b[K\u001b[J");
    }

    @Test
    void passesItsPreflight() {
        operator.answering("preflight", Answers.object("""
                {"ready": true, "checks": [{"name": "hold", "state": "pass", "detail": "none"}]}"""));

        assertThat(operator.gives("preflight")).isZero();

        assertThat(operator.printed()).isEqualTo("""
                 READY  A failover would work.

                ✓ hold: none
                """);
    }

    @Test
    void refusesWhenItsPreflightDoesNotPassAndSaysSoFirst() {
        operator.answering("preflight", Answers.object("""
                {"ready": false, "checks": [
                  {"name": "hold", "state": "pass", "detail": "none"},
                  {"name": "standby: service", "state": "unknown", "detail": "the function does not probe it"},
                  {"name": "standby: attach", "state": "fail", "detail": "UnauthorizedOperation"}]}"""));

        assertThat(operator.gives("preflight")).isEqualTo(3);

        assertThat(operator.printed()).isEqualTo("""
                 NOT READY  1 of 3 checks failed, 1 not known.

                ✗ standby: attach: UnauthorizedOperation
                ? standby: service: the function does not probe it
                ✓ hold: none
                """);
    }

    @Test
    void switchesToTheOtherServerAndTellsHowLongItTook() {
        operator.answering("switchover", Answers.object("""
                {"moved": true, "message": "moved to i-0f9e8d7c6b5a43210: ordered", "alert": null}"""));
        var after = Answers.well();
        after.withArray("history").insertObject(0).setAll(Answers.object("""
                {"id": "3", "at": "2026-11-22T03:00:05Z", "kind": "switchover", "from": "i-0a1b2c3d4e5f60718",
                 "to": "i-0f9e8d7c6b5a43210", "reason": "ordered", "by": "ann", "outcome": "serves", "forced": false,
                 "withoutLease": false, "outageMilliseconds": 4150,
                 "milliseconds": {"detach": 2520, "attach": 1540, "serve": 90}}"""));
        operator.answering("status", after);

        assertThat(operator.gives("switch", "--yes")).isZero();

        assertThat(operator.printed()).isEqualTo("""
                Moved to i-0f9e8d7c6b5a43210: ordered.
                outage 4.2 s as the witness saw it; took 4.2 s: detach 2.5 s, attach 1.5 s,
                serve 90 ms
                """);
        assertThat(operator.sent)
                .containsExactly(
                        "look {\"order\":\"status\"}",
                        "live {\"order\":\"switchover\",\"to\":\"standby\"," + BY + ",\"dryRun\":false}",
                        "look {\"order\":\"status\"}");
    }

    @Test
    void asksBeforeItSwitches() {
        operator.onTerminal = true;
        operator.typed = "n";

        assertThat(operator.gives("switch")).isEqualTo(3);

        assertThat(operator.asked)
                .containsExactly("Move the interface from the primary i-0a1b2c3d4e5f60718 to the standby\n"
                        + "i-0f9e8d7c6b5a43210? Clients wait for some seconds. [y/N] ");
        assertThat(operator.complained()).endsWith("failover: not confirmed: nothing was changed\n");
        assertThat(operator.sent).containsExactly("look {\"order\":\"status\"}");
    }

    @Test
    void warnsBeforeItSwitchesToAServerThatIsNotReady() {
        operator.onTerminal = true;
        operator.answering("status").answering("status", Answers.notReady());
        operator.gives("status");

        operator.gives("switch");

        assertThat(operator.asked).singleElement().asString().startsWith("The standby is not ready (service). Move");
    }

    @Test
    void doesNotSwitchUnaskedWhereNobodyCanBeAsked() {
        assertThat(operator.gives("switch")).isEqualTo(3);

        assertThat(operator.complained()).isEqualTo("failover: not confirmed: not a terminal, so pass --yes\n");
        assertThat(operator.sent).containsExactly("look {\"order\":\"status\"}");
    }

    @Test
    void isContentWhenItIsThereAlready() {
        assertThat(operator.gives("switch", "--to", "primary")).isZero();

        assertThat(operator.printed()).isEqualTo("The primary i-0a1b2c3d4e5f60718 holds the interface already.\n");
        assertThat(operator.sent).containsExactly("look {\"order\":\"status\"}");
    }

    @Test
    void saysWhatTheFunctionRefuses() {
        operator.answering("switchover", Answers.object("""
                {"moved": false, "message": "kept: refused: standby does not serve", "alert": null}"""));

        assertThat(operator.gives("switch", "--yes")).isEqualTo(3);

        assertThat(operator.printed()).isEmpty();
        assertThat(operator.complained()).isEqualTo("failover: kept: refused: standby does not serve\n");
    }

    @ParameterizedTest
    @CsvSource({"true, 0", "false, 3"})
    void rehearsesASwitch(boolean would, int code) {
        operator.answering("switchover", Answers.object("""
                {"moved": false, "message": "would move it to i-0f9e8d7c6b5a43210", "wouldMove": %s}""".formatted(would)));

        assertThat(operator.gives("switch", "--dry-run")).isEqualTo(code);

        assertThat(operator.printed()).isEqualTo("Would move it to i-0f9e8d7c6b5a43210.\n");
        assertThat(operator.sent)
                .last()
                .isEqualTo("live {\"order\":\"switchover\",\"to\":\"standby\"," + BY + ",\"dryRun\":true}");
    }

    @Test
    void holds() {
        operator.answering("hold", Answers.object("""
                {"hold": {"until": "2026-11-22T04:30:00Z", "reason": "kernel", "by": "ann"}}"""));

        assertThat(operator.gives("hold", "--for", "1h30m", "--reason", "kernel"))
                .isZero();

        assertThat(operator.printed())
                .isEqualTo("On hold until 2026-11-22 04:30:00 UTC, for 1 h 30 min: kernel. End it earlier with failover"
                        + " release.\n");
        assertThat(operator.sent)
                .containsExactly("live {\"order\":\"hold\",\"duration\":\"PT1H30M\",\"reason\":\"kernel\"," + BY + "}");
    }

    @Test
    void releases() {
        operator.answering("release", Answers.object("{\"hold\": null}"));

        assertThat(operator.gives("release")).isZero();

        assertThat(operator.printed()).isEqualTo("There is no hold: the pair fails over by itself.\n");
        assertThat(operator.sent).containsExactly("live {\"order\":\"release\"," + BY + "}");
    }

    @Test
    void showsTheHistoryAsATable() {
        operator.answering(
                "history", Answers.object("{\"history\": " + Answers.well().path("history") + "}"));

        assertThat(operator.gives("history", "--last", "7")).isZero();

        assertThat(operator.printed()).startsWith("""
                UTC                  move        to                    outage     took
                2026-11-19 17:20:11  switchover  primary                4.2 s    4.5 s
                """);
        assertThat(operator.sent).first().isEqualTo("look {\"order\":\"history\",\"most\":7}");
    }

    @Test
    void marksTheLatestMoveWithTheUnitsThatFailedOnItsServer() {
        operator.answering(
                "history",
                Answers.object("{\"history\": " + Answers.well().path("history") + "}")
                        .put("failedUnits", "redis.service other.service"));

        assertThat(operator.gives("history")).isZero();

        assertThat(operator.printed()).startsWith("""
                UTC                  move        to                    outage     took
                2026-11-19 17:20:11  switchover  primary                4.2 s    4.5 s
                                     failed units: redis.service other.service
                                     ordered""").containsOnlyOnce("failed units");
    }

    @Test
    void followsTheLogAndShowsEachLineOnce() {
        var first = new Line("1", Instant.parse("2026-11-22T02:59:00Z"), "{\"level\": \"INFO\", \"event\": \"moved\"}");
        var old = new Line("0", Instant.parse("2026-11-22T01:59:00Z"), "long ago");
        operator.log.add(old);
        operator.log.add(first);
        operator.then(() -> operator.log.add(new Line("2", Instant.parse("2026-11-22T03:00:01Z"), "plain")))
                .then(() -> {});

        assertThat(operator.gives("logs", "--follow")).isZero();

        assertThat(operator.printed()).isEqualTo("""
                2026-11-22 02:59:00  INFO   moved
                2026-11-22 03:00:01  plain
                """);
    }

    @Test
    void printsTheLogAsJsonLineByLine() {
        operator.log.add(new Line("1", Instant.parse("2026-11-22T02:59:00Z"), "{\"message\": \"looked\"}"));
        operator.log.add(new Line("2", Instant.parse("2026-11-22T02:59:01Z"), "plain\n"));

        assertThat(operator.gives("logs", "--json")).isZero();

        assertThat(operator.printed()).isEqualTo("""
                {"message":"looked"}
                {"timestamp":"2026-11-22T02:59:01Z","message":"plain"}
                """);
    }

    @Test
    void saysInOneLineThatTheFunctionFailed() {
        operator.failing("preflight", CommandFailed.failed("the function failed: out of memory"));

        assertThat(operator.gives("preflight")).isEqualTo(1);

        assertThat(operator.complained()).isEqualTo("failover: the function failed: out of memory\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|Missing required subcommand; see failover --help",
                "hold --for 2h|Missing required option: '--reason=TEXT'; see failover hold --help",
                "hold --for 2x --reason y|Invalid value for option '--for': must be a duration such as 30m, 2h, 1h30m, 1d or"
                        + " PT2H, got 2x; see failover hold --help",
                "switch --to nobody|Invalid value for option '--to': role must be primary or standby, got"
                        + " nobody; see failover switch --help",
                "status --colour|Unknown option: '--colour'; see failover status --help"
            })
    void saysInOneLineWhatIsMisused(String command, String words) {
        assertThat(operator.gives(command == null ? new String[0] : command.split(" ", -1)))
                .isEqualTo(2);

        assertThat(operator.complained()).isEqualTo("failover: " + words + "\n");
    }

    @Test
    void explainsEveryCommandWithAnExample() {
        for (var command : new String[] {"status", "preflight", "switch", "hold", "release", "history", "logs"}) {
            assertThat(operator.gives(command, "--help")).isZero();
            assertThat(operator.printed()).contains("Example", "  failover " + command, "--stack=NAME");
        }
        assertThat(operator.gives("--help")).isZero();
        assertThat(operator.printed()).contains("Exit codes:", "3   refused");
    }
}
