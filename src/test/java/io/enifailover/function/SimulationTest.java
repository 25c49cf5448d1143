package io.enifailover.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.enifailover.function.Simulation.Bugs;
import io.enifailover.protocol.Role;
import io.enifailover.simulation.FaultKind;
import io.enifailover.simulation.Plan;
import io.enifailover.simulation.Plan.Fault;
import io.enifailover.simulation.Plan.Option;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;

/** Random histories of a pair, on which the design's invariants hold at each step. */
class SimulationTest {
    private static final AtomicInteger HISTORIES = new AtomicInteger();
    private static final AtomicLong STEPS = new AtomicLong();
    private static final AtomicLong CALLS = new AtomicLong();
    private static final AtomicLong MOVES = new AtomicLong();
    private static Duration slowest = Duration.ZERO;

    /** The same histories in each run, so that a commit passes or fails by what it changes; take another seed to look further. */
    @Property(edgeCases = EdgeCasesMode.NONE, seed = "20261125")
    void holdsItsInvariants(@ForAll("plans") Plan plan) {
        var result = Simulation.run(plan, Bugs.NONE);
        HISTORIES.incrementAndGet();
        STEPS.addAndGet(result.steps());
        CALLS.addAndGet(result.calls());
        MOVES.addAndGet(result.moves());
        slowest = result.recovered().compareTo(slowest) > 0 ? result.recovered() : slowest;
    }

    /** Everything moves on while the record is down, though nobody knows what was done before. */
    @Example
    void movesWithoutTheRecord() {
        Simulation.run(Plan.of("calm, table_down primary 1+0, service_dead primary 5+0"), Bugs.NONE);
    }

    /** The table goes down just before a fencing: the old holder must not be stopped, since nobody would start it again. */
    @Example
    void stopsNoOldHolderWhoseTaintIsNotWrittenDown() {
        Simulation.run(
                Plan.of("calm fencing, service_dead primary 5+60, table_down primary when:DetachNetworkInterface+9"),
                Bugs.NONE);
    }

    /** Each of two moves without a lease must leave the new holder of the other one alone. */
    @Example
    void stopsNoOldHolderWithoutTheRecord() {
        Simulation.run(
                Plan.of("calm fencing, table_down primary 60+58, service_dead primary 65+20,"
                        + " triggers_repeated primary 65+20"),
                Bugs.NONE);
    }

    /** The server was stopped by a move whose record was lost: a later schedule must start it again. */
    @Example
    void startsAServerAgainThatAMoveHasStopped() {
        var result = Simulation.run(
                Plan.of("calm fencing, service_dead primary 5+57, table_down primary when:StopInstances+18,"
                        + " service_dead standby 60+0"),
                Bugs.NONE);

        assertThat(result.moves())
                .as("there, and back to the server that was stopped")
                .isEqualTo(2);
    }

    /** EC2 does not tell at the moment of the fencing that a person is stopping the old holder. */
    @Example
    void leavesAServerStoppedThatAPersonStopsWhileEc2DoesNotDescribeIt() {
        Simulation.run(Plan.of("calm fencing, stopped primary 5+60, ec2_throttles primary 10.12+0.1"), Bugs.NONE);
    }

    /** One move after another holds the lease and fails, and the tainted server is the only way out. */
    @Example
    void healsATaintedServerWhileMovesToTheOtherOneFail() {
        Simulation.run(Plan.of("calm, hung primary 13.25+60, attach_refused standby 5+0"), Bugs.NONE);
    }

    /** EC2 refuses both servers, and then one of them only. */
    @Example
    void triesTheServerWhoseMoveFailedLongestAgo() {
        Simulation.run(
                Plan.of("calm, service_dead primary 5+10, attach_refused primary 6+0, attach_refused standby 6+100"),
                Bugs.NONE);
    }

    /** The primary is restarted, and only its watch can tell. */
    @Example
    void endsATaintWhileTheWitnessIsBlind() {
        Simulation.run(
                Plan.of("calm, hung primary 5+40, service_dead standby 30+0, witness_blind primary 20+0"), Bugs.NONE);
    }

    /** The call that detached the interface has died, and EC2 leaves out the only server that serves. */
    @Example
    void waitsForAServerThatAListingLeavesOut() {
        Simulation.run(
                Plan.of("calm, service_dead primary 5+0, omitted standby when:DetachNetworkInterface+30,"
                        + " calls_die primary when:DetachNetworkInterface+2"),
                Bugs.NONE);
    }

    /** Nobody remembers that EC2 has refused the primary. */
    @Example
    void triesTheServersInTurnWithoutTheRecord() {
        Simulation.run(
                Plan.of("calm, table_down primary 1+0, service_dead primary 65+10, service_dead standby 150+10,"
                        + " attach_refused primary 100+0"),
                Bugs.NONE);
    }

    /** EC2 refuses both servers, and then the primary only, and no probe tells which one would serve. */
    @Example
    void triesTheServerWhoseMoveFailedLongestAgoWithoutAWitness() {
        Simulation.run(
                Plan.of("calm no_witness, service_dead primary 35+10, attach_refused primary 36+0,"
                        + " attach_refused standby 36+100"),
                Bugs.NONE);
    }

    /** A move to the standby failed, and the next one to it did not: the cool-down counts for that one. */
    @Example
    void coolsDownAfterAMoveToAServerThatWasTriedInVainBefore() {
        Simulation.run(
                Plan.of("calm, service_dead primary 5+80, attach_refused standby 6+50, service_dead standby 83+60"),
                Bugs.NONE);
    }

    /** EC2 has refused the standby, and probes of it are lost when only the primary is left to try. */
    @Example
    void probesLongerBeforeItTriesAServerThatFails() {
        Simulation.run(
                Plan.of("calm, service_dead primary 57+0, detach_stuck primary 57+2, attach_refused standby 57+60,"
                        + " single_probes_lost primary 90+20, triggers_lost primary 92+1"),
                Bugs.NONE);
    }

    /** The call that detached the interface has died, EC2's answer to the attach is lost, and the server does not serve. */
    @Example
    void countsAMoveWhoseAnswerWasLost() {
        Simulation.run(
                Plan.of("calm, service_dead primary 5+0, never_usable standby 4+0,"
                        + " calls_die primary when:DetachNetworkInterface+1,"
                        + " ec2_answers_lost standby when:AttachNetworkInterface+1"),
                Bugs.NONE);
    }

    /** The move away from the primary died before its end: what was noted about the standby says nothing about the primary. */
    @Example
    void failsBackOnlyToAServerThatWasReadyItself() {
        Simulation.run(
                Plan.of("calm failback, service_dead primary 90.75+60, attach_stuck primary 90.75+17,"
                        + " calls_die primary 105.5+1"),
                Bugs.NONE);
    }

    /** The report came from a server that then failed too: the cool-down must not keep the interface there. */
    @Example
    void leavesAServerThatNeverServedAsSoonAsTheOtherOneServes() {
        var result = Simulation.run(
                Plan.of("calm, service_dead primary 5+40, service_dead standby when:report+0"), Bugs.NONE);

        assertThat(result.recovered()).isLessThan(Invariants.COOL_DOWN);
    }

    /** Without the record nothing but EC2's time of the attachment keeps watches that see nothing from moving it to and fro. */
    @Example
    void coolsDownWithoutTheRecord() {
        Simulation.run(Plan.of("calm no_witness, table_down primary 5+0, watch_blind primary 5+0"), Bugs.NONE);
    }

    /** The record is lost in which the controller noted that it stopped the only server that EC2 would attach it to. */
    @Example
    void endsWhereNoServerCanServeAnyMore() {
        Simulation.run(
                Plan.of("calm, service_dead primary 5+20, detach_stuck primary 5+60, attach_refused standby 5+0,"
                        + " table_down primary when:StopInstances+0"),
                Bugs.NONE);
    }

    /**
     * EC2 shows the interface as available after it was attached. The seed lets a schedule come three seconds after the
     * attachment and see a state that is still older; in a calm history EC2 is 2.5 s late.
     */
    @Example
    void doesNotCountAnAttachmentThatEc2ShowsLate() {
        Simulation.run(Plan.of("6443, ec2_late primary 1+3, service_dead primary 14+0"), Bugs.NONE);
    }

    /** Probes of the holder are lost when a person orders the interface to a server that does not serve. */
    @Example
    void probesLongerBeforeItObeysAnOrderToAServerThatFails() {
        Simulation.run(
                Plan.of("calm, service_dead standby 5+60, single_probes_lost primary 5+60, order standby 31+1"),
                Bugs.NONE);
    }

    /** The listing leaves the old holder out, which a person is stopping, at the moment of the fencing. */
    @Example
    void leavesAServerStoppedThatAPersonStopsWhileAListingLeavesItOut() {
        Simulation.run(
                Plan.of("calm fencing, stopped primary 5+60, omitted primary when:DetachNetworkInterface+10"),
                Bugs.NONE);
    }

    /** The call that attached the interface gave way, since EC2 showed the attachment late, and then found it. */
    @Example
    void countsAMoveThatItsOwnCallFinds() {
        Simulation.run(
                Plan.of("calm, service_dead primary 5+0, calls_die primary when:DetachNetworkInterface+1,"
                        + " detach_stuck primary 5+5.5, ec2_late primary when:AttachNetworkInterface+5,"
                        + " ec2_throttles primary when:release+0.1"),
                Bugs.NONE);
    }

    /** EC2 refuses to stop the old holder, and then a person stops it. */
    @Example
    void leavesAServerStoppedThatEc2RefusedToStop() {
        Simulation.run(
                Plan.of("calm fencing, service_dead primary 5+60, ec2_throttles primary when:stopped:+0.2,"
                        + " stopped primary 20+100"),
                Bugs.NONE);
    }

    /** The table was down, so that the heartbeats of both servers are old. */
    @Example
    void fencesNobodyOnAReportWhenTheRecordHasMissedAllHeartbeats() {
        Simulation.run(
                Plan.of("calm fencing no_witness, table_down primary 1+99, watch_blind primary 101+20"), Bugs.NONE);
    }

    /** The heartbeat of the holder comes after the decision to move, and before the lease. */
    @Example
    void fencesNobodyWhoIsHeardBeforeTheLease() {
        Simulation.run(
                Plan.of("calm fencing no_witness, order standby 2+1, hung primary 31+65, order primary 110+1,"
                        + " watch_blind primary 154.75+20, ec2_throttles primary 156.15+0.1"),
                Bugs.NONE);
    }

    /** EC2 does not answer until the time of the detach and of the force has passed. */
    @Example
    void stopsNoOldHolderBeforeItHasAskedForTheForce() {
        Simulation.run(Plan.of("calm, service_dead primary 5+90, ec2_silent primary 6.5+34"), Bugs.NONE);
    }

    /** The old holder hangs, and takes as long as it can to stop. */
    @Example
    void stopsAHolderThatHangsFirst() {
        Simulation.run(Plan.of("calm stop_first, hung primary 5+60"), Bugs.NONE);
    }

    /** The probes of a holder that serves are lost just when a person orders the interface away from it. */
    @Example
    void stopsNoServingHolderFirstForAPlannedMove() {
        Simulation.run(Plan.of("calm stop_first, probes_lost primary 5+1, order standby 5+1"), Bugs.NONE);
    }

    /** EC2 does not answer until the time of the detach has passed, so the holder was never asked to let go. */
    @Example
    void stopsNoHolderThatWasNotAskedToLetGo() {
        Simulation.run(Plan.of("calm failback stop_first, order standby 2+1, ec2_silent primary 154.05+20"), Bugs.NONE);
    }

    /** Reports about the time without a holder arrive just after the new holder has got the interface. */
    @Example
    void doesNotMoveOnTheReportsOfAnOrderedMove() {
        Simulation.run(Plan.of("calm no_witness, order standby 60+1, watch_blind primary 60+12"), Bugs.NONE);
    }

    /** A move to a server has failed; a later one to it dies before it can tell, and the cool-down counts. */
    @Example
    void coolsDownAfterAMoveThatDiedThoughAnOlderOneHadFailed() {
        Simulation.run(
                Plan.of("calm, service_dead primary 5+10, never_usable standby 5+0, never_usable primary 53+100,"
                        + " calls_die primary 92+3"),
                Bugs.NONE);
    }

    /** Of three probes the first and the last are lost, which is no failure twice in a row. */
    @Example
    void stopsNoServingHolderFirstForProbesThatAreLostNowAndThen() {
        Simulation.run(
                Plan.of("calm stop_first, single_probes_lost primary 5+60, service_dead primary 5+1.5"), Bugs.NONE);
    }

    /** Two probes are lost, and EC2 leaves out the holder, so that there is no own address that could answer. */
    @Example
    void keepsAServingHolderThatAListingLeavesOut() {
        Simulation.run(
                Plan.of("calm, omitted primary 1+20, watch_blind primary 4+0, probes_lost primary when:report+0.5"),
                Bugs.NONE);
    }

    /** Histories of services of which two must never be active. */
    @Property(edgeCases = EdgeCasesMode.NONE, seed = "20261126")
    void neverHasTwoActiveServersWhereTheOldHolderStopsFirst(@ForAll("plans") Plan plan) {
        var options = EnumSet.of(Option.STOP_FIRST);
        options.addAll(plan.options());
        Simulation.run(new Plan(plan.seed(), options, plan.faults()), Bugs.NONE);
    }

    @AfterContainer
    static void report() {
        System.out.printf(
                "simulation: %,d histories, %,d steps, %,d calls, %,d moves, slowest recovery %s%n",
                HISTORIES.get(), STEPS.get(), CALLS.get(), MOVES.get(), slowest);
    }

    @Provide
    Arbitrary<Plan> plans() {
        return plansOf(FaultKind.values());
    }

    /** Plans in which these kinds of things go wrong. */
    static Arbitrary<Plan> plansOf(FaultKind... kinds) {
        var role = Arbitraries.of(Role.class);
        var start = Arbitraries.integers().between(1, 300);
        var fault = Combinators.combine(
                        Arbitraries.of(kinds),
                        role,
                        start,
                        Arbitraries.integers().between(1, 180))
                .as(Fault::of);
        var thatLast = Stream.of(kinds).filter(Plan::canLast).toList();
        var lasting = Combinators.combine(Arbitraries.of(thatLast), role, start)
                .as((kind, whose, from) -> Fault.of(kind, whose, from, 0));
        return Combinators.combine(
                        Arbitraries.longs(),
                        options(),
                        fault.list().ofMinSize(1).ofMaxSize(6),
                        lasting.list().ofMaxSize(thatLast.isEmpty() ? 0 : 2))
                .as((seed, options, faults, last) -> {
                    var all = new ArrayList<>(faults);
                    all.addAll(last);
                    return new Plan(seed, options, all);
                });
    }

    private static Arbitrary<Set<Option>> options() {
        return Combinators.combine(oneIn(6), oneIn(4), oneIn(6), oneIn(2))
                .as((failback, fencing, noWitness, skewed) -> {
                    var options = EnumSet.noneOf(Option.class);
                    if (failback) {
                        options.add(Option.FAILBACK);
                    }
                    if (fencing) {
                        options.add(Option.FENCING);
                    }
                    if (noWitness) {
                        options.add(Option.NO_WITNESS);
                    }
                    if (skewed) {
                        options.add(Option.SKEWED_CLOCKS);
                    }
                    return options;
                });
    }

    private static Arbitrary<Boolean> oneIn(int times) {
        return Arbitraries.integers().between(1, times).map(n -> n == times);
    }
}
