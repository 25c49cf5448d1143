package io.enifailover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.enifailover.protocol.PairStatus;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StatusPageTest {
    private static final DeployedPair PAIR = new DeployedPair(
            "EniFailover",
            "us-east-1",
            "function",
            "eni-0123456789abcdef0",
            null,
            "http://203.0.113.10/",
            null,
            "logs");

    @Test
    void tellsThatAllIsWell() {
        assertThat(page(Answers.well())).isEqualTo("""
                 OK  The primary serves, and the standby is ready.

                service  http://203.0.113.10/healthz answers in 12 ms
                active   primary i-0a1b2c3d4e5f60718 for 2 d 9 h, since 2026-11-19 17:20:11
                         ordered
                servers  primary  i-0a1b2c3d4e5f60718  running  serves  active
                         standby  i-0f9e8d7c6b5a43210  running  serves  ready
                hold     none
                pair     EniFailover in us-east-1 · eni-0123456789abcdef0

                UTC                  move        to                    outage     took
                2026-11-19 17:20:11  switchover  primary                4.2 s    4.5 s
                                     ordered (ann)
                2026-11-19 16:02:59  failover    standby                    -   22.5 s
                                     by force, without lease
                                     the observer reports it, and the witness agrees (report of
                                     i-0f9e8d7c6b5a43210 after 3 failures)
                """);
    }

    @Test
    void namesTheServiceAndItsCheck() {
        var answer = Answers.well();
        ((ObjectNode) answer.path("service")).put("url", "tcp://203.0.113.10:5432");

        assertThat(page(named("my app"), answer)).contains("""
                service  my app: tcp://203.0.113.10:5432 answers in 12 ms
                active   primary""");
        assertThat(page(named("the shop of the company that sells everything"), answer))
                .contains("""
                service  the shop of the company that sells everything
                         tcp://203.0.113.10:5432 answers in 12 ms
                active   primary""");
    }

    @Test
    void namesTheCheckOfAServiceThatNoWitnessSees() {
        var answer = Answers.well();
        ((ObjectNode) answer.path("service"))
                .putNull("url")
                .put("verdict", "unseen")
                .putNull("milliseconds");

        assertThat(page(named("my app"), answer)).contains("""
                service  my app: http://203.0.113.10/ unseen: there is no witness
                """);
    }

    @Test
    void tellsForHowLongTheHoldIsOnAndWhy() {
        assertThat(page(Answers.onHold())).startsWith("""
                 ON HOLD  The primary serves; nothing moves by itself for 1 h 12 min: kernel
                          update of the standby.
                """).contains("""
                hold     until 2026-11-22 04:12:00, for 1 h 12 min more
                         kernel update of the standby (ann)
                """);
    }

    @Test
    void tellsWhyTheStandbyIsNotReady() {
        assertThat(page(Answers.notReady())).startsWith("""
                 AT RISK  The primary serves, but the standby could not take over (service:
                          does not answer at 203.0.113.12).
                """).contains("""
                servers  primary  i-0a1b2c3d4e5f60718  running  serves  active
                         standby  i-0f9e8d7c6b5a43210  running  does not serve  not ready
                           ✗ service: does not answer at 203.0.113.12
                """);
    }

    @Test
    void tellsWhatATaintIs() {
        assertThat(page(Answers.tainted())).contains("""
                         standby  i-0f9e8d7c6b5a43210  running  serves  not ready
                           ✗ taint: its interface was detached by force at 2026-11-22T02:58:00Z
                """);
    }

    @Test
    void saysThatAServerDoesNotExistAndWhatToDo() {
        assertThat(page(Answers.standbyMissing())).startsWith("""
                 AT RISK  The primary serves, but the standby does not exist: see "Rebuild a
                          server" in docs/operations.md.
                """).contains("""
                servers  primary  i-0a1b2c3d4e5f60718  running  serves  active
                         standby  does not exist
                           rebuild it: raise its generation
                hold     none
                """);
    }

    @Test
    void tellsInOneLineWhatIsNotKnown() {
        var answer = Answers.notReady();
        for (var name : new String[] {"watch", "clock"}) {
            ((ObjectNode) answer.at("/servers/1"))
                    .withArray("checks")
                    .addObject()
                    .put("name", name)
                    .put("state", "unknown")
                    .put("detail", "no heartbeat yet");
        }

        assertThat(page(answer)).contains("""
                           ✗ service: does not answer at 203.0.113.12
                           ? not known: watch, clock
                hold     none
                """);
    }

    @Test
    void tellsThatNothingIsKnownOfTheRecord() {
        assertThat(page(Answers.withoutRecord())).contains("""
                hold     unknown
                         the record cannot be read, so holds, taints and moves are unknown:
                         GetItem: InternalServerError
                """);
    }

    @ParameterizedTest
    @MethodSource
    void saysTheMostImportantFirst(ObjectNode answer, String headline) {
        var said = Headline.of(Json.as(PairStatus.class, answer));

        assertThat(said.mood() + " " + said.word() + ": " + said.sentence()).isEqualTo(headline);
    }

    static Stream<Object[]> saysTheMostImportantFirst() {
        return Stream.of(
                new Object[] {Answers.well(), "GOOD OK: The primary serves, and the standby is ready."},
                new Object[] {
                    Answers.failing(),
                    "BAD DOWN: The primary holds the interface but does not serve; the standby is ready, and takes over within a minute."
                },
                new Object[] {
                    Answers.failing().set("hold", Answers.onHold().path("hold")),
                    "BAD DOWN: The primary holds the interface but does not serve; the standby is ready, but there is a hold:"
                            + " failover switch --to standby"
                },
                new Object[] {
                    Answers.bothDown(),
                    "BAD DOWN: The primary holds the interface but does not serve; the standby could not take over"
                            + " (service: does not answer at 203.0.113.12)."
                },
                new Object[] {
                    Answers.midMove(), "DOUBTFUL MOVING: The interface is attaching, on its way to the standby."
                },
                new Object[] {
                    Answers.nobodyHolds(),
                    "BAD DOWN: No server holds the interface; the standby is ready, and takes over within a minute."
                },
                new Object[] {
                    Answers.failing().setAll(Answers.standbyMissing().retain("servers", "missing")),
                    "BAD DOWN: The primary holds the interface but does not serve; the standby does not exist:"
                            + " see \"Rebuild a server\" in docs/operations.md."
                },
                new Object[] {
                    Answers.nobodyHolds().put("state", "missing"),
                    "BAD DOWN: The interface eni-0123456789abcdef0 is missing: deploy the stack again."
                });
    }

    @Test
    void fitsIntoItsWindow() {
        for (var answer :
                new ObjectNode[] {Answers.well(), Answers.onHold(), Answers.bothDown(), Answers.standbyMissing()}) {
            assertThat(page(answer).lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        }
    }

    private static DeployedPair named(String service) {
        return new DeployedPair(
                PAIR.stack(),
                PAIR.region(),
                PAIR.function(),
                PAIR.interfaceId(),
                service,
                PAIR.healthUrl(),
                PAIR.healthCheck(),
                PAIR.logGroup());
    }

    private static String page(ObjectNode answer) {
        return page(PAIR, answer);
    }

    private static String page(DeployedPair pair, ObjectNode answer) {
        return String.join("\n", StatusPage.of(pair, Json.as(PairStatus.class, answer), Ink.PLAIN, 80)) + "\n";
    }
}
