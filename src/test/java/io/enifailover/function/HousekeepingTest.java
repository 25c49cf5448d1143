package io.enifailover.function;

import static io.enifailover.function.SimulatedWorld.P;
import static io.enifailover.function.SimulatedWorld.S;
import static io.enifailover.simulation.SimulatedEc2.ENI;
import static org.assertj.core.api.Assertions.assertThat;

import io.enifailover.function.Observation.Evidence;
import io.enifailover.function.PairRecord.Entry;
import io.enifailover.function.PairRecord.LastHeartbeat;
import io.enifailover.function.PairRecord.Rights;
import io.enifailover.function.Server.Verdict;
import io.enifailover.protocol.Hold;
import io.enifailover.simulation.ScriptedEc2;
import io.enifailover.simulation.ScriptedRecord;
import io.enifailover.simulation.SimulatedEc2;
import io.enifailover.simulation.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;

class HousekeepingTest {
    private static final LastHeartbeat HEARTBEAT = new LastHeartbeat(VirtualTime.START, "1f2e", Duration.ZERO, "", "");

    private final SimulatedWorld world = new SimulatedWorld();
    private final VirtualTime time = world.time;
    private final ScriptedEc2 ec2 = world.ec2.attachedTo(P);
    private final ScriptedRecord record = world.record;
    private final FloatingEni eni = new FloatingEni(ec2, ENI);
    private final PairServers servers = new PairServers(ec2, ENI, SimulatedEc2.STACK);
    private final Set<String> sick = world.sick;
    private @Nullable String recordError;
    private Verdict service = Verdict.SERVES;

    @Test
    void stopsAndStartsATaintedServerAndCleansesItOnceItServes() {
        record.taint(S, time.now());

        care();
        assertThat(ec2.changes()).containsExactly("StopInstances " + S + " without its operating system");

        time.sleep(Duration.ofMinutes(1));
        care();
        assertThat(ec2.changes()).last().isEqualTo("StartInstances " + S);

        sick.add(S);
        time.sleep(Duration.ofMinutes(1));
        care();
        assertThat(record.read().tainted()).containsKey(S);

        sick.clear();
        care();
        assertThat(record.read().tainted()).isEmpty();
        assertThat(ec2.changes()).hasSize(2);
    }

    @Test
    void stopsATaintedServerThatHasJustBeenStarted() {
        ec2.servers().stop(S, Duration.ZERO);
        ec2.servers().start(S, Duration.ZERO);
        record.taint(S, time.now());

        care();

        assertThat(ec2.changes()).containsExactly("StopInstances " + S + " without its operating system");
    }

    @Test
    void neverStopsAHolder() {
        record.taint(P, time.now());

        care();

        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void startsATaintedHolderThatItHasStopped() {
        record.taint(P, time.now());
        record.stopped(P, time.now());
        ec2.servers().stop(P, Duration.ZERO);

        care();

        assertThat(ec2.changes()).containsExactly("StartInstances " + P);
        assertThat(ec2.servers().state(P)).isEqualTo(InstanceStateName.PENDING);
    }

    @Test
    void leavesTheOldHolderStoppedWhileSomebodyMovesTheInterfaceAway() {
        record.taint(P, time.now());
        record.stopped(P, time.now());
        ec2.servers().stop(P, Duration.ZERO);
        record.acquire("somebody", S, time.now(), time.now().plusSeconds(10));

        care();

        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void neverStartsATaintedServerThatSomebodyElseHasStopped() {
        record.taint(S, time.now());
        ec2.servers().stop(S, Duration.ZERO);

        care();

        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void neverStartsAServerThatSomebodyElseHasStoppedAfterItWasStartedAgain() {
        record.taint(S, time.now());
        care();
        time.sleep(Duration.ofMinutes(1));
        care();
        assertThat(ec2.changes()).last().isEqualTo("StartInstances " + S);

        sick.add(S);
        time.sleep(Duration.ofMinutes(1));
        ec2.servers().stop(S, Duration.ZERO);
        care();
        assertThat(ec2.changes()).hasSize(2);

        ec2.servers().start(S, Duration.ZERO);
        sick.clear();
        care();
        assertThat(record.read().tainted()).isEmpty();
        assertThat(record.read().stopped()).isEmpty();
    }

    @Test
    void doesNothingUnderAHoldOrALease() {
        record.taint(S, time.now());
        record.hold(new Hold(time.now().plusSeconds(60), "maintenance", "ops"));
        care();
        assertThat(record.read().readySince()).isNull();

        record.endHold();
        record.acquire("somebody", S, time.now(), time.now().plusSeconds(10));
        care();

        assertThat(ec2.changes()).isEmpty();
        assertThat(record.history(1)).isEmpty();
    }

    @Test
    void healsATaintedServerWhileSomebodyMovesTheInterfaceToAnother() {
        record.taint(S, time.now());
        record.acquire("somebody", P, time.now(), time.now().plusSeconds(10));

        care();

        assertThat(ec2.changes()).containsExactly("StopInstances " + S + " without its operating system");
    }

    @Test
    void neverStopsAServerThatAnotherCallHasRestartedInTheMeantime() {
        record.taint(S, time.now());
        var before = observation(record.read());
        time.sleep(Duration.ofSeconds(1));
        ec2.servers().stop(S, Duration.ZERO);
        ec2.servers().start(S, Duration.ZERO);

        runOn(before);

        assertThat(ec2.changes()).isEmpty();
        assertThat(record.read().stopped()).isEmpty();
    }

    /** It would be started again, against the will of the person. */
    @Test
    void neverStopsAServerThatAPersonHasBegunToStopInTheMeantime() {
        record.taint(S, time.now());
        var before = observation(record.read());
        ec2.servers().stop(S, Duration.ofMinutes(1));

        runOn(before);

        assertThat(ec2.changes()).isEmpty();
        assertThat(record.read().stopped()).isEmpty();
    }

    @Test
    void leavesAServerStoppedThatAPersonHasBegunToStopAsEc2ShowsLate() {
        time.sleep(Duration.ofSeconds(10));
        record.taint(S, time.now());
        ec2.servers().stop(S, Duration.ZERO);
        ec2.showsLate(() -> Duration.ofSeconds(5));

        care();

        assertThat(ec2.changes()).containsExactly("StopInstances " + S + " without its operating system");
        assertThat(record.read().stopped()).isEmpty();
        time.sleep(Duration.ofMinutes(1));
        care();
        assertThat(ec2.servers().state(S)).isEqualTo(InstanceStateName.STOPPED);
    }

    @Test
    void recordsNoStopThatEc2Refuses() {
        record.taint(S, time.now());
        ec2.fails("StopInstances", "RequestLimitExceeded", 1);
        care();
        assertThat(record.read().stopped()).isEmpty();

        ec2.doesNotAnswer("StopInstances", 1);
        care();
        assertThat(record.read().stopped()).containsOnlyKeys(S);
    }

    /** Another call stops it at the same time. */
    @Test
    void startsAServerAgainThatItStopsTwice() {
        time.sleep(Duration.ofSeconds(10));
        record.taint(S, time.now());
        record.stopped(S, time.now());
        ec2.servers().stop(S, Duration.ZERO);
        time.sleep(Duration.ofSeconds(1));
        ec2.showsLate(() -> Duration.ofSeconds(5));
        care();

        ec2.showsLate(() -> Duration.ZERO);
        care();

        assertThat(ec2.changes()).last().isEqualTo("StartInstances " + S);
    }

    @Test
    void keepsTheTaintOfAServerThatIsStillStarting() {
        record.taint(S, time.now());
        time.sleep(Duration.ofSeconds(1));
        ec2.servers().stop(S, Duration.ZERO);
        ec2.servers().start(S, Duration.ofMinutes(1));
        care();
        assertThat(record.read().tainted()).containsKey(S);

        time.sleep(Duration.ofMinutes(1));
        care();
        assertThat(record.read().tainted()).isEmpty();
    }

    @Test
    void forgetsTheTaintOfAServerThatHasBeenReplaced() {
        record.taint("i-0000000000000000c", time.now());

        care();

        assertThat(record.read().tainted()).isEmpty();
    }

    @Test
    void keepsTheTaintOfAServerThatAListingLeavesOut() {
        record.taint(S, time.now());
        ec2.hides(Duration.ofSeconds(1), S);

        care();

        assertThat(record.read().tainted()).containsKey(S);
    }

    @Test
    void cleansesAServerByItsHeartbeatWhereTheWitnessSeesNoServer() {
        record.taint(S, time.now());
        time.sleep(Duration.ofSeconds(1));
        ec2.servers().stop(S, Duration.ZERO);
        ec2.servers().start(S, Duration.ZERO);
        sick.add(P);
        sick.add(S);
        time.sleep(Duration.ofMinutes(1));
        care();
        assertThat(record.read().tainted()).containsKey(S);

        record.heartbeat(S, new LastHeartbeat(time.now(), "1f2e", Duration.ZERO, "", ""));
        care();

        assertThat(record.read().tainted()).isEmpty();
    }

    @Test
    void keepsTheTaintOfAServerThatFailsWhileTheWitnessSeesAnotherOneServe() {
        record.taint(S, time.now());
        time.sleep(Duration.ofSeconds(1));
        ec2.servers().stop(S, Duration.ZERO);
        ec2.servers().start(S, Duration.ZERO);
        sick.add(S);
        time.sleep(Duration.ofMinutes(1));
        record.heartbeat(S, new LastHeartbeat(time.now(), "1f2e", Duration.ZERO, "", ""));

        care();

        assertThat(record.read().tainted()).containsKey(S);
    }

    @Test
    void ignoresAHeartbeatFromBeforeTheStartOfItsServer() {
        record.taint(S, time.now());
        time.sleep(Duration.ofSeconds(1));
        record.heartbeat(S, new LastHeartbeat(time.now(), "1f2e", Duration.ZERO, "", ""));
        ec2.servers().stop(S, Duration.ZERO);
        ec2.servers().start(S, Duration.ZERO);
        sick.add(P);
        sick.add(S);
        time.sleep(Duration.ofMinutes(1));

        care();

        assertThat(record.read().tainted()).containsKey(S);
    }

    /** A write for each minute of a pair would be most of what the table costs. */
    @Test
    void writesNothingWhereNothingHasChangedSinceTheLastMinute() {
        sick.add(S);
        care();
        time.sleep(Duration.ofMinutes(1));
        var calls = record.calls().size();

        care();

        assertThat(record.calls().subList(calls, record.calls().size())).containsOnly("GetItem", "Query");
    }

    @Test
    void notesSinceWhenTheOtherServerIsReadyAndThatItIsNot() {
        care();
        var since = record.read().readySince();
        time.sleep(Duration.ofMinutes(1));
        care();
        assertThat(since).isEqualTo(VirtualTime.START);
        assertThat(record.read().readySince()).isEqualTo(since);

        sick.add(S);
        care();
        assertThat(record.read().readySince()).isNull();
    }

    @Test
    void takesNoServerForReadyThatServesButCannotHoldTheInterface() {
        ec2.busyIndex(S, Duration.ofMinutes(1));
        care();
        assertThat(record.read().readySince()).isNull();

        time.sleep(Duration.ofMinutes(1));
        care();
        assertThat(record.read().readySince()).isEqualTo(time.now());
    }

    @Test
    void notesUnderAHoldAndUnderALeaseThatTheOtherServerIsNoLongerReady() {
        sick.add(S);
        record.readySince(time.now());
        record.hold(new Hold(time.now().plusSeconds(60), "maintenance", "ops"));
        care();
        assertThat(record.read().readySince()).isNull();

        record.readySince(time.now());
        record.endHold();
        record.acquire("somebody", S, time.now(), time.now().plusSeconds(10));
        care();
        assertThat(record.read().readySince()).isNull();
    }

    @Test
    void doesEachDutyThoughAnotherOneFails() {
        record.taint(S, time.now());
        record.heartbeat("i-0000000000000000c", HEARTBEAT);
        ec2.fails("StopInstances", "InsufficientInstanceCapacity", 1);

        care();

        assertThat(record.read().heartbeats()).isEmpty();
        assertThat(record.read().rights()).isNotNull();
        assertThat(record.history(9)).hasSize(1);
    }

    @Test
    void healsEachServerThoughAnotherOneFails() {
        record.taint(P, time.now());
        record.taint(S, time.now());
        ec2.available();
        ec2.fails("StopInstances", "InternalError", 1);

        care();

        assertThat(ec2.changes()).hasSize(2);
    }

    @Test
    void writesDownAMoveThatNobodyWroteDown() {
        care();
        time.sleep(Duration.ofMinutes(5));
        ec2.attachedTo(S);
        ec2.servers().stop(P, Duration.ZERO);
        care();
        care();

        assertThat(record.history(9)).extracting(Entry::kind).containsExactly(Kind.REPAIR, Kind.REPAIR);
        assertThat(record.history(9)).extracting(Entry::to).containsExactly(S, P);
        assertThat(record.history(1)).extracting(Entry::from).containsExactly(P);
        assertThat(record.read().recentMoves()).isEmpty();
        assertThat(record.read().tainted())
                .as("nothing says that the controller stopped it")
                .isEmpty();
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void takesATaintOrAMoveThatCannotBeReadForOneOfNow() {
        record.taint(S, PairRecord.UNKNOWN);
        var recorded = record.read();
        recorded = new PairRecord.PairState(
                null, null, recorded.tainted(), Map.of(), Map.of(), List.of(), null, Map.of(), null, List.of("moves"));

        runOn(observation(recorded));

        assertThat(record.read().tainted()).isEqualTo(Map.of(S, time.now()));
        assertThat(record.read().recentMoves()).containsExactly(time.now());
        care();
        assertThat(ec2.changes()).containsExactly("StopInstances " + S + " without its operating system");
    }

    /** EC2 may show the state before a move for a while after it. */
    @Test
    void findsNoMoveWhereEc2ShowsWhatWasBefore() {
        care();
        time.sleep(Duration.ofMinutes(4));
        record.append(
                new Entry("call-1", time.now(), Kind.FAILOVER, "", "", P, S, "serves", false, false, null, Map.of()));

        care();

        assertThat(record.history(9)).hasSize(2);
    }

    @Test
    void forgetsAFailedMoveOnceItsServerHoldsTheInterfaceAndServesOrWasStartedAgain() {
        var dayBefore = time.now().minus(Duration.ofDays(2));
        record.failedMove(P, time.now());
        record.failedMove(S, time.now());
        record.failedMove("i-0000000000000000c", time.now());

        care();
        assertThat(record.read().failedMoves()).containsOnlyKeys(S);

        record.failedMove(S, dayBefore);
        care();
        assertThat(record.read().failedMoves()).isEmpty();
    }

    @Test
    void remembersAFailedMoveToAHolderThatDoesNotServe() {
        record.failedMove(P, time.now());
        service = Verdict.FAILS;

        care();

        assertThat(record.read().failedMoves()).containsOnlyKeys(P);
    }

    @Test
    void forgetsTheWatchesOfServersThatAreGone() {
        record.heartbeat(S, HEARTBEAT);
        record.heartbeat("i-0000000000000000c", HEARTBEAT);

        care();

        assertThat(record.read().heartbeats()).isEqualTo(Map.of(S, HEARTBEAT));
    }

    @Test
    void asksForItsRightsEachQuarterOfAnHour() {
        ec2.fails("StopInstances", "UnauthorizedOperation", 1);
        care();
        assertThat(record.read().rights())
                .isEqualTo(new Rights(
                        VirtualTime.START, "primary " + P + ": stop: StopInstances: UnauthorizedOperation: simulated"));
        var asked = ec2.calls().size();
        time.sleep(Duration.ofMinutes(14));
        care();
        assertThat(ec2.calls().subList(asked, ec2.calls().size())).noneMatch(call -> call.endsWith("(dry run)"));

        time.sleep(Duration.ofMinutes(1));
        care();
        assertThat(record.read().rights()).isEqualTo(new Rights(time.now(), ""));
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void asksForNoRightsThatItCouldNotNote() {
        recordError = "GetItem: no answer";

        care();

        assertThat(ec2.calls()).noneMatch(call -> call.startsWith("StopInstances"));
    }

    @Test
    void leavesItToTheNextTimeWhenTheRecordDoesNotAnswer() {
        record.reachable(false);

        runOn(observation(PairRecord.PairState.EMPTY));

        assertThat(ec2.changes()).isEmpty();
    }

    private void care() {
        runOn(observation(record.read()));
    }

    private void runOn(Observation observation) {
        new Housekeeping(servers, record, new Permissions(eni, servers)).run(observation);
    }

    private Observation observation(PairRecord.PairState recorded) {
        return new Observation(
                time.now(),
                eni.observe().state(),
                null,
                servers.servers().stream()
                        .map(server -> server.withHealth(sick.contains(server.id()) ? Verdict.FAILS : Verdict.SERVES))
                        .toList(),
                service,
                Evidence.CLEAR,
                null,
                null,
                recorded,
                recordError,
                false,
                false);
    }
}
