package io.enifailover.cli;

import static io.enifailover.cli.Answers.PRIMARY;
import static io.enifailover.cli.Answers.STANDBY;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.enifailover.outage.Pace;
import io.enifailover.outage.ProbeSeries;
import io.enifailover.outage.Prober;
import io.enifailover.protocol.PairStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrillCommandTest {
    private static final ObjectNode MOVED =
            Answers.object("{\"moved\": true, \"message\": \"moved\", \"alert\": null}");

    private final Operator operator = new Operator();

    @Test
    void measuresASwitchoverFromHere() {
        operator.answering("status", Answers.well(), moved())
                .answering("switchover", Answers.object("{\"moved\": true, \"message\": \"moved\", \"alert\": null}"))
                .served(PRIMARY, PRIMARY, "-", "-", "-", STANDBY, STANDBY);

        assertThat(operator.gives("drill", "--yes")).isZero();

        assertThat(operator.printed()).isEqualTo("""
                2026-11-22 03:00:00  switchover: an order moves the interface (primary)
                2026-11-22 03:00:00  the standby answers
                2026-11-22 03:00:02  the primary is ready again

                 OUTAGE  80 ms from here, ± 20 ms; 3 requests failed
                outage 4.2 s as the witness saw it; took 4.2 s: detach 2.5 s, attach 1.5 s,
                serve 90 ms
                """);
        assertThat(operator.done).containsExactly("probe http://203.0.113.10/healthz");
    }

    /** The primary's interface goes to the standby, but no answer tells. */
    @Test
    void knowsByTheAttachmentWhoTookOverIfTheAnswersDoNotTell() {
        operator.answering("status", Answers.well(), Answers.well(), switched())
                .answering("switchover", MOVED)
                .served("-", "-", "-", "-", "-", "-", "?", "?", "-", "-", "-", "?", "-", "?");

        assertThat(operator.gives("drill", "--yes")).isZero();

        assertThat(operator.printed()).isEqualTo("""
                2026-11-22 03:00:00  switchover: an order moves the interface (primary)
                2026-11-22 03:00:00  the standby has the interface, and the service answers
                2026-11-22 03:00:02  the primary is ready again

                 OUTAGE  80 ms from here, ± 20 ms; 3 requests failed
                The answers do not name their server: the outage is the longest interruption,
                and the attachment of the interface tells who took over.
                outage 4.2 s as the witness saw it; took 4.2 s: detach 2.5 s, attach 1.5 s,
                serve 90 ms
                """);
    }

    @Test
    void passesASwitchInWhichNoRequestFailed() {
        operator.answering("status", Answers.well(), switched())
                .answering("switchover", MOVED)
                .served("?", "?", "?");

        assertThat(operator.gives("drill", "--yes", "--json")).isZero();

        assertThat(operator.printedJson()).isEqualTo(Answers.object("""
                {"drill": "switchover", "from": "i-0a1b2c3d4e5f60718", "to": "i-0f9e8d7c6b5a43210", "passed": true,
                 "restored": true, "answersNameServer": false, "outageMilliseconds": 0, "resolutionMilliseconds": 20,
                 "failedRequests": 0, "phases": {"detach": 2520, "attach": 1540, "serve": 90}}"""));
    }

    @Test
    void failsIfTheInterfaceStaysAlthoughTheServiceAnswers() {
        operator.answering("status", Answers.well())
                .answering("switchover", MOVED)
                .served("?", "-", "?", "?");

        assertThat(operator.gives("drill", "--yes")).isEqualTo(1);

        assertThat(operator.printed()).contains(" FAILED  The standby did not take over");
    }

    /** These may be the old holder's. */
    @Test
    void doesNotTakeAnswersToRequestsBeforeTheAttachmentForThoseOfTheNewHolder() {
        operator.answering("status", Answers.well(), switched())
                .doing("switchover", () -> {
                    operator.waits(Duration.ofSeconds(5));
                    return MOVED.toString();
                })
                .served("?", "?", "?");

        assertThat(operator.gives("drill", "--yes")).isEqualTo(1);

        assertThat(operator.printed()).contains(" FAILED  The standby did not take over");
    }

    @Timeout(120)
    @Test
    void measuresARealServiceThatOnlyTakesConnections(@TempDir Path folder) throws Exception {
        var listening = new AtomicReference<>(listen(0));
        var port = requireNonNull(listening.get()).getLocalPort();
        var series = new AtomicReference<ProbeSeries>();
        operator.healthUrl = "tcp://127.0.0.1:" + port;
        operator.probing((url, success) -> {
                    series.set(Prober.start(url, success, Pace.DEFAULT));
                    return series.get();
                })
                .answering("status", Answers.well(), switched())
                .doing("switchover", () -> {
                    try {
                        requireNonNull(listening.get()).close();
                        assertThat(requireNonNull(series.get()).await(answer -> !answer.good(), Duration.ofSeconds(60)))
                                .isTrue();
                        listening.set(listen(port));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    return MOVED.toString();
                });
        var page = folder.resolve("drill.html");

        var code = operator.gives("drill", "--yes", "--json", "--report", page.toString());
        requireNonNull(listening.get()).close();

        var json = operator.printedJson();
        assertThat(code).as(json.toString()).isZero();
        assertThat(json.path("answersNameServer").asBoolean()).isFalse();
        assertThat(json.path("failedRequests").asInt()).isPositive();
        assertThat(json.path("outageMilliseconds").asInt()).isPositive();
        assertThat(Files.readString(page))
                .contains("a new connection to tcp://127.0.0.1:" + port, ">answered</text>")
                .contains("known by the attachment of the interface: the answers do not name their server");
    }

    @Timeout(120)
    @Test
    void measuresARealWebServiceThatIsNeverInterrupted() throws Exception {
        var service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("X-Served-By", "cache-lhr7231-LHR");
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        service.start();
        operator.healthUrl = "http://127.0.0.1:" + service.getAddress().getPort() + "/health";
        operator.probing((url, success) ->
                        Prober.start(url, success, new Pace(Duration.ofMillis(20), Duration.ofSeconds(60))))
                .answering("status", Answers.well(), switched())
                .answering("switchover", MOVED);

        var code = operator.gives("drill", "--yes", "--json");
        service.stop(0);

        var json = operator.printedJson();
        assertThat(code).as(json.toString()).isZero();
        assertThat(json.path("outageMilliseconds").asInt(-1)).isZero();
        assertThat(json.path("failedRequests").asInt(-1)).isZero();
    }

    /** A real service that answers every request with one status; the check is the output of the stack. */
    @Timeout(120)
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
                    302 | http:80/health=200-204 | false | 3
                    204 | http:80/health=200-204 | false | 0
                    503 | http:80/health=200-503 | false | 0
                    302 | http:80/health         | false | 0
                    503 | http:80/health         | false | 3
                    302 | none                   | false | 0
                    302 | http:80/health=200-204 | true  | 0
                    503 | http:80/health=200-503 | true  | 3
                    """)
    @Execution(ExecutionMode.CONCURRENT)
    void judgesAnswersByTheChecksOwnStatuses(int status, String check, boolean ownUrl, int code) throws Exception {
        var service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        service.start();
        operator.healthUrl = "http://127.0.0.1:" + service.getAddress().getPort() + "/health";
        operator.healthCheck = check;
        operator.probing((url, success) ->
                        Prober.start(url, success, new Pace(Duration.ofMillis(20), Duration.ofSeconds(60))))
                .answering("status", Answers.well(), switched())
                .answering("switchover", MOVED);

        var command = List.of("drill", "--yes", "--url", operator.healthUrl);
        var exit = operator.gives(command.subList(0, ownUrl ? 4 : 2).toArray(String[]::new));
        service.stop(0);

        assertThat(exit).as(operator.printed()).isEqualTo(code);
        assertThat(operator.complained())
                .isEqualTo(
                        code == 0
                                ? ""
                                : "failover: the primary i-0a1b2c3d4e5f60718 does not answer here at %s (%d): run the drill where clients are, or pass --url\n"
                                        .formatted(operator.healthUrl, status));
    }

    @Test
    void refusesAnOutputThatIsNoHealthCheck() {
        operator.healthCheck = "http:80/health=up";
        operator.answering("status", Answers.well());

        assertThat(operator.gives("drill", "--yes")).isEqualTo(1);

        assertThat(operator.complained())
                .isEqualTo("failover: stack EniFailover: output HealthCheck must be such as http:8080/health,"
                        + " https:443/health=200-299 or tcp:5432, got http:80/health=up; pass --url\n");
        assertThat(operator.done).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"stop-service, stop, start", "freeze, freeze, thaw"})
    void repairsTheServiceThatItLetFail(String failure, String action, String cure) {
        operator.answering("status", Answers.well(), moved()).served(PRIMARY, "-", STANDBY);
        operator.then(() -> {}).then(() -> {});

        assertThat(operator.gives("drill", failure, "--yes", "--url", "http://localhost/healthz"))
                .isZero();

        assertThat(operator.done)
                .containsExactly(
                        "probe http://localhost/healthz",
                        "run on " + PRIMARY + ": " + Failure.script(action),
                        "run on " + PRIMARY + ": " + Failure.script(cure));
        assertThat(operator.printed()).contains("  the service is " + (cure.equals("thaw") ? "thawed" : "started"));
    }

    @Test
    void refusesWithTheReasonOfTheServerAndClaimsNothing() {
        operator.answering("status", Answers.well()).served(PRIMARY);
        operator.scriptRefused = CommandFailed.refused("no SERVICE_UNITS");

        assertThat(operator.gives("drill", "stop-service", "--yes")).isEqualTo(3);

        assertThat(operator.complained()).isEqualTo("failover: no SERVICE_UNITS\n");
        assertThat(operator.printed()).isEmpty();
    }

    @Test
    void doesNotFreezeAServiceWhoseCheckWouldNotNotice() {
        operator.answering("status", Answers.well());
        operator.healthUrl = "tcp://203.0.113.10:5432";

        assertThat(operator.gives("drill", "freeze", "--yes")).isEqualTo(3);

        assertThat(operator.complained())
                .isEqualTo("failover: no check by tcp notices a frozen service, since the kernel takes its connections:"
                        + " drill stop-service instead\n");
        assertThat(operator.done).isEmpty();
    }

    /** The controller would leave the pair down until the cool-down is over. */
    @Test
    void letsNothingFailWhileAFailoverWouldBeHeldBack() {
        operator.answering("status", Answers.well().put("damped", "cooling down until 2026-11-22T03:01:00Z"));

        assertThat(operator.gives("drill", "stop-service", "--yes")).isEqualTo(3);

        assertThat(operator.complained()).contains("a failover would be held back: cooling down until");
        assertThat(operator.done).isEmpty();
    }

    @Test
    void touchesNothingWhenTheReportCannotBeWritten() {
        operator.answering("status", Answers.well());

        assertThat(operator.gives("drill", "stop-service", "--yes", "--report", "/proc/none/drill.html"))
                .isEqualTo(3);

        assertThat(operator.done).isEmpty();
        assertThat(operator.sent).isEmpty();
        assertThat(operator.complained().lines())
                .singleElement()
                .asString()
                .startsWith("failover: no report can be written to /proc/none/drill.html (");
    }

    @Test
    void startsTheInstanceThatItHasStopped() {
        operator.answering("status", Answers.well(), power("stopping"), power("stopped"), power("starting"), moved())
                .served(PRIMARY, "-", STANDBY);
        operator.then(() -> {}).then(() -> {}).then(() -> {}).then(() -> {});

        assertThat(operator.gives("drill", "stop-instance", "--yes", "--json")).isZero();

        assertThat(operator.done)
                .containsExactly("probe http://203.0.113.10/healthz", "stop " + PRIMARY, "start " + PRIMARY);
        assertThat(operator.printedJson()).isEqualTo(Answers.object("""
                {"drill": "stop-instance", "from": "i-0a1b2c3d4e5f60718", "to": "i-0f9e8d7c6b5a43210", "passed": true,
                 "restored": true, "answersNameServer": true, "outageMilliseconds": 40, "resolutionMilliseconds": 20, "failedRequests": 1,
                 "phases": {"detach": 2520, "attach": 1540, "serve": 90}}"""));
    }

    @Test
    void healsTheServerAlsoWhenNobodyTookOver() {
        operator.answering("status", Answers.well()).served(PRIMARY, "-", "-");
        operator.then(() -> {}).then(() -> {});

        assertThat(operator.gives("drill", "stop-service", "--yes")).isEqualTo(1);

        assertThat(operator.done).last().isEqualTo("run on " + PRIMARY + ": " + Failure.script("start"));
        assertThat(operator.printed())
                .contains("the standby has not answered within 5 min")
                .contains(" FAILED  The standby did not take over: failover logs shows why.");
    }

    @Test
    void failsWhileThereIsNoSecondServerAfterwards() {
        operator.answering("status", Answers.well(), power("stopping")).served(PRIMARY, "-", STANDBY);

        assertThat(operator.gives("drill", "stop-instance", "--yes")).isEqualTo(1);

        assertThat(operator.printed()).contains("The pair has no second server: failover status shows why.");
    }

    @Test
    void writesAPage(@TempDir Path folder) throws Exception {
        operator.answering("status", Answers.well(), moved())
                .answering("switchover", Answers.object("{\"moved\": true, \"message\": \"moved\", \"alert\": null}"))
                .served(PRIMARY, PRIMARY, "-", STANDBY);
        var page = folder.resolve("drill.html");

        assertThat(operator.gives("drill", "--yes", "--report", page.toString()))
                .isZero();

        assertThat(Files.readString(page)).contains("Drill of EniFailover", "an order moves the interface");
        assertThat(folder.resolve("drill.json")).exists();
    }

    @Test
    void drawsThePhasesAroundTheTimeAtWhichTheMoveBegan() {
        var move = Json.as(PairStatus.class, Answers.well()).history().get(1);

        var phases = DrillReport.phases(move);

        assertThat(phases)
                .extracting(phase -> phase.name() + " " + phase.start())
                .containsExactly(
                        "detect 2026-11-19T16:02:55.200Z",
                        "decide 2026-11-19T16:02:58.200Z",
                        "detach 2026-11-19T16:02:59Z",
                        "force 2026-11-19T16:03:14Z",
                        "attach 2026-11-19T16:03:16.100Z",
                        "serve 2026-11-19T16:03:17.600Z");
    }

    @Test
    void refusesUnderAHold() {
        operator.answering("status", Answers.onHold());

        assertRefused(
                "on hold until 2026-11-22 04:12:00 UTC: kernel update of the standby; end it with failover release");
    }

    @Test
    void refusesWhileNobodyCouldTakeOver() {
        operator.answering("status", Answers.notReady());

        assertRefused("the standby i-0f9e8d7c6b5a43210 is not ready: service: does not answer at 203.0.113.12");
    }

    @Test
    void refusesWhileTheServiceIsDown() {
        operator.answering("status", Answers.failing());

        assertRefused(
                "the pair does not serve, which is no time for a drill: The primary holds the interface but does not serve; the"
                        + " standby is ready, and takes over within a minute.");
    }

    @Test
    void refusesInTheMiddleOfAMove() {
        operator.answering("status", Answers.midMove());

        assertRefused("a move is under way: failover status --watch shows when it is over");
    }

    @Test
    void refusesWhereTheServiceCannotBeReached() {
        operator.answering("status", Answers.well()).served("-");

        assertThat(operator.gives("drill", "--yes")).isEqualTo(3);

        assertThat(operator.complained())
                .isEqualTo("failover: the primary i-0a1b2c3d4e5f60718 does not answer here at"
                        + " http://203.0.113.10/healthz (refused): run the drill where clients are, or pass --url\n");
        assertThat(operator.done).containsExactly("probe http://203.0.113.10/healthz");
    }

    @Test
    void doesNothingUnasked() {
        operator.answering("status", Answers.well());

        assertThat(operator.gives("drill")).isEqualTo(3);

        assertThat(operator.done).isEmpty();
        assertThat(operator.sent).containsExactly("look {\"order\":\"status\"}");
    }

    private void assertRefused(String words) {
        assertThat(operator.gives("drill", "--yes")).isEqualTo(3);
        assertThat(operator.complained()).isEqualTo("failover: " + words + "\n");
        assertThat(operator.done).isEmpty();
    }

    private static ServerSocket listen(int port) throws IOException {
        return new ServerSocket(port, 1000, InetAddress.getLoopbackAddress());
    }

    /** As moved, and the interface is seen at the standby. */
    private static ObjectNode switched() {
        var answer = moved();
        ((ObjectNode) answer.at("/servers/0")).put("holds", false);
        ((ObjectNode) answer.at("/servers/1")).put("holds", true);
        return answer;
    }

    private static ObjectNode moved() {
        var answer = Answers.well();
        answer.withArray("history").insertObject(0).setAll(Answers.object("""
                {"id": "3", "at": "2026-11-22T03:00:01Z", "kind": "switchover", "from": "i-0a1b2c3d4e5f60718",
                 "to": "i-0f9e8d7c6b5a43210", "reason": "ordered", "by": "ann", "outcome": "serves", "forced": false,
                 "withoutLease": false, "outageMilliseconds": 4150,
                 "milliseconds": {"detach": 2520, "attach": 1540, "serve": 90}}"""));
        return answer;
    }

    private static ObjectNode power(String power) {
        var answer = Answers.well();
        ((ObjectNode) answer.at("/servers/0")).put("power", power).put("ready", false);
        return answer;
    }
}
