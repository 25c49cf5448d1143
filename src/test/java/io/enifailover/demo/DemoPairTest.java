package io.enifailover.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.enifailover.demo.DemoScreen.ShownServer;
import io.enifailover.outage.Outage;
import io.enifailover.outage.Recording;
import io.enifailover.outage.TimelineEvent;
import io.enifailover.protocol.Role;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs at a hundred times real time; what is asserted is virtual time, which does not depend on the machine. */
@Timeout(60)
class DemoPairTest {
    private static final Duration EC2 = Duration.ofSeconds(4);

    @Test
    void movesWhenTheHolderCrashes() {
        var screen = seen("1,5-crash-primary", 20);

        assertThat(outages(screen)).singleElement().satisfies(outage -> {
            assertThat(screen.roles()).containsEntry(outage.from(), "primary").containsEntry(outage.to(), "standby");
            assertThat(outage.length()).isBetween(EC2.plusMillis(500), EC2.plusSeconds(4));
        });
        assertThat(screen.world().faults()).containsExactly("crash primary");
        assertThat(screen.world().servers())
                .extracting(ShownServer::role, ShownServer::state, ShownServer::condition)
                .containsExactly(tuple("primary", "running", "no power"), tuple("standby", "running", "serves"));
    }

    @Test
    void forcesTheDetachFromAHolderThatHangs() {
        var screen = seen("1,5-hang-primary", 25);

        assertThat(outages(screen))
                .singleElement()
                .extracting(Outage::length)
                .satisfies(length -> assertThat(length).isBetween(Duration.ofSeconds(7), Duration.ofSeconds(12)));
        assertThat(screen.texts().moves()).contains("\"forced\":true");
    }

    @Test
    void staysWhereTheHolderFreezesForASecond() {
        var screen = seen("1,5-freeze-primary", 25);

        assertThat(outages(screen)).singleElement().satisfies(outage -> {
            assertThat(outage.to()).isEqualTo(outage.from());
            assertThat(outage.length()).isBetween(Duration.ofSeconds(1), Duration.ofMillis(1_200));
        });
    }

    @Test
    void staysWhereOnlyTheServersLoseEachOther() {
        var screen = seen("1,5-cable", 25);

        assertThat(outages(screen)).isEmpty();
        assertThat(screen.world().lastAnswer())
                .isNotNull()
                .satisfies(answer -> assertThat(answer.message()).contains("kept"));
    }

    @Test
    void repairsWhatIsRepairedOrHealed() {
        var screen = seen("1,5-stop-primary,6-heal,7-cable,8-cable,40-stop-standby,41-stop-standby", 60);

        assertThat(screen.world().faults()).isEmpty();
        assertThat(screen.world().servers()).extracting(ShownServer::condition).containsOnly("serves");
    }

    @Test
    void obeysAnOperator() {
        var screen = seen("1,5-switch,15-hold,16-crash-standby,40-release", 60);

        assertThat(outages(screen))
                .hasSize(2)
                .last()
                .satisfies(outage ->
                        assertThat(outage.length()).isBetween(Duration.ofSeconds(24), Duration.ofSeconds(34)));
        assertThat(screen.texts().ordered()).startsWith("$ failover release\n");
    }

    @Test
    void replacesBothServersWithOneMove() {
        var screen = seen("1,5-replace", 100);

        assertThat(screen.world().servers()).hasSize(2).allSatisfy(server -> {
            assertThat(server.current()).isTrue();
            assertThat(server.condition()).isEqualTo("serves");
        });
        assertThat(screen.roles()).hasSize(4);
        assertThat(outages(screen))
                .singleElement()
                .extracting(Outage::length)
                .satisfies(length -> assertThat(length).isLessThan(Duration.ofSeconds(5)));
    }

    /** The run that the page offers as a link is the one that people have seen. */
    @Test
    void repeatsWhatPeopleHaveDone() {
        var live = new DemoPair(DemoRun.of("7"), 100, new Silent());
        var thread = started(live);
        await(live, 3);
        live.act(DemoAction.HANG, Role.PRIMARY);
        await(live, 30);
        live.act(DemoAction.HEAL, null);
        live.act(DemoAction.SWITCH, null);
        await(live, 60);
        var run = live.screen().world().run();
        end(live, thread);

        var repeated = seen(run, 60);

        assertThat(run).matches("7,\\d+\\.\\d{3}-hang-primary,\\d+\\.\\d{3}-heal,\\d+\\.\\d{3}-switch");
        var requests = 50 * 20;
        assertThat(repeated.answers(0).substring(0, requests))
                .isEqualTo(live.screen().answers(0).substring(0, requests))
                .contains("p-", "-s");
    }

    private static List<Outage> outages(DemoScreen screen) {
        return screen.recording(DemoPair.EVERY, Duration.ofMillis(8)).outages();
    }

    /** What is to be seen after so many seconds of this run. */
    private static DemoScreen seen(String run, int seconds) {
        var pair = new DemoPair(DemoRun.of(run), 100, new Silent());
        var thread = started(pair);
        await(pair, seconds);
        end(pair, thread);
        return pair.screen();
    }

    private static Thread started(DemoPair pair) {
        var thread = new Thread(pair::run);
        thread.start();
        return thread;
    }

    private static void await(DemoPair pair, int seconds) {
        while (pair.screen().world().at().toSeconds() < seconds) {
            pause();
        }
    }

    private static void end(DemoPair pair, Thread thread) {
        pair.end();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An operator's command that prints nothing, and gives the orders nevertheless. */
    private static final class Silent implements OperatorCommand {
        @Override
        public String run(Account account, String... words) {
            return switch (words[0]) {
                case "switch" -> account.invoke("live", "{\"order\": \"switchover\", \"by\": \"a test\"}");
                case "hold" ->
                    account.invoke(
                            "live",
                            "{\"order\": \"hold\", \"duration\": \"PT1H\", \"reason\": \"a test\", \"by\": \"a test\"}");
                case "release" -> account.invoke("live", "{\"order\": \"release\", \"by\": \"a test\"}");
                default -> "";
            };
        }

        @Override
        public String report(
                Recording recording, List<TimelineEvent> events, Map<String, String> roles, String history) {
            return recording.length() + " " + events.size() + " " + roles.size();
        }
    }
}
