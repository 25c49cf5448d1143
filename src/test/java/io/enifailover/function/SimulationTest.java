package io.enifailover.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.enifailover.function.Simulation.Bugs;
import io.enifailover.simulation.FaultKind;
import io.enifailover.simulation.Plan;
import io.enifailover.simulation.Plan.Option;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Random histories of a pair, on which the design's invariants hold at each step. */
class SimulationTest {
    private static int histories;
    private static long steps;
    private static long calls;
    private static long moves;
    private static Duration slowest = Duration.ZERO;

    /** The same histories in each run, so that a commit passes or fails by what it changes; take another seed to look further. */
    @Test
    void holdsItsInvariants() {
        new RandomPlans(20261125, FaultKind.values()).check(historiesToRun(), plan -> {
            var result = Simulation.run(plan, Bugs.NONE);
            histories++;
            steps += result.steps();
            calls += result.calls();
            moves += result.moves();
            slowest = result.recovered().compareTo(slowest) > 0 ? result.recovered() : slowest;
        });
    }

    /** Everything moves on while the record is down, though nobody knows what was done before. */
    @Test
    void movesWithoutTheRecord() {
        Simulation.run(Plan.of("calm, table_down primary 1+0, service_dead primary 5+0"), Bugs.NONE);
    }

    /** The table goes down just before a fencing: the old holder must not be stopped, since nobody would start it again. */
    @Test
    void stopsNoOldHolderWhoseTaintIsNotWrittenDown() {
        Simulation.run(
                Plan.of("calm fencing, service_dead primary 5+60, table_down primary when:DetachNetworkInterface+9"),
                Bugs.NONE);
    }

    /** Each of two moves without a lease must leave the new holder of the other one alone. */
    @Test
    void stopsNoOldHolderWithoutTheRecord() {
        Simulation.run(
                Plan.of("calm fencing, table_down primary 60+58, service_dead primary 65+20,"
                        + " triggers_repeated primary 65+20"),
                Bugs.NONE);
    }

    /** The server was stopped by a move whose record was lost: a later schedule must start it again. */
    @Test
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
    @Test
    void leavesAServerStoppedThatAPersonStopsWhileEc2DoesNotDescribeIt() {
        Simulation.run(Plan.of("calm fencing, stopped primary 5+60, ec2_throttles primary 10.12+0.1"), Bugs.NONE);
    }

    /** One move after another holds the lease and fails, and the tainted server is the only way out. */
    @Test
    void healsATaintedServerWhileMovesToTheOtherOneFail() {
        Simulation.run(Plan.of("calm, hung primary 13.25+60, attach_refused standby 5+0"), Bugs.NONE);
    }

    /** EC2 refuses both servers, and then one of them only. */
    @Test
    void triesTheServerWhoseMoveFailedLongestAgo() {
        Simulation.run(
                Plan.of("calm, service_dead primary 5+10, attach_refused primary 6+0, attach_refused standby 6+100"),
                Bugs.NONE);
    }

    /** The primary is restarted, and only its watch can tell. */
    @Test
    void endsATaintWhileTheWitnessIsBlind() {
        Simulation.run(
                Plan.of("calm, hung primary 5+40, service_dead standby 30+0, witness_blind primary 20+0"), Bugs.NONE);
    }

    /** The call that detached the interface has died, and EC2 leaves out the only server that serves. */
    @Test
    void waitsForAServerThatAListingLeavesOut() {
        Simulation.run(
                Plan.of("calm, service_dead primary 5+0, omitted standby when:DetachNetworkInterface+30,"
                        + " calls_die primary when:DetachNetworkInterface+2"),
                Bugs.NONE);
    }

    /** Nobody remembers that EC2 has refused the primary. */
    @Test
    void triesTheServersInTurnWithoutTheRecord() {
        Simulation.run(
                Plan.of("calm, table_down primary 1+0, service_dead primary 65+10, service_dead standby 150+10,"
                        + " attach_refused primary 100+0"),
                Bugs.NONE);
    }

    /** EC2 refuses both servers, and then the primary only, and no probe tells which one would serve. */
    @Test
    void triesTheServerWhoseMoveFailedLongestAgoWithoutAWitness() {
        Simulation.run(
                Plan.of("calm no_witness, service_dead primary 35+10, attach_refused primary 36+0,"
                        + " attach_refused standby 36+100"),
                Bugs.NONE);
    }

    /** A move to the standby failed, and the next one to it did not: the cool-down counts for that one. */
    @Test
    void coolsDownAfterAMoveToAServerThatWasTriedInVainBefore() {
        Simulation.run(
                Plan.of("calm, service_dead primary 5+80, attach_refused standby 6+50, service_dead standby 83+60"),
                Bugs.NONE);
    }

    /** EC2 has refused the standby, and probes of it are lost when only the primary is left to try. */
    @Test
    void probesLongerBeforeItTriesAServerThatFails() {
        Simulation.run(
                Plan.of("calm, service_dead primary 57+0, detach_stuck primary 57+2, attach_refused standby 57+60,"
                        + " single_probes_lost primary 90+20, triggers_lost primary 92+1"),
                Bugs.NONE);
    }

    /** The call that detached the interface has died, EC2's answer to the attach is lost, and the server does not serve. */
    @Test
    void countsAMoveWhoseAnswerWasLost() {
        Simulation.run(
                Plan.of("calm, service_dead primary 5+0, never_usable standby 4+0,"
                        + " calls_die primary when:DetachNetworkInterface+1,"
                        + " ec2_answers_lost standby when:AttachNetworkInterface+1"),
                Bugs.NONE);
    }

    /** The move away from the primary died before its end: what was noted about the standby says nothing about the primary. */
    @Test
    void failsBackOnlyToAServerThatWasReadyItself() {
        Simulation.run(
                Plan.of("calm failback, service_dead primary 90.75+60, attach_stuck primary 90.75+17,"
                        + " calls_die primary 105.5+1"),
                Bugs.NONE);
    }

    /** The report came from a server that then failed too: the cool-down must not keep the interface there. */
    @Test
    void leavesAServerThatNeverServedAsSoonAsTheOtherOneServes() {
        var result = Simulation.run(
                Plan.of("calm, service_dead primary 5+40, service_dead standby when:report+0"), Bugs.NONE);

        assertThat(result.recovered()).isLessThan(Invariants.COOL_DOWN);
    }

    /** Without the record nothing but EC2's time of the attachment keeps watches that see nothing from moving it to and fro. */
    @Test
    void coolsDownWithoutTheRecord() {
        Simulation.run(Plan.of("calm no_witness, table_down primary 5+0, watch_blind primary 5+0"), Bugs.NONE);
    }

    /** The record is lost in which the controller noted that it stopped the only server that EC2 would attach it to. */
    @Test
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
    @Test
    void doesNotCountAnAttachmentThatEc2ShowsLate() {
        Simulation.run(Plan.of("6443, ec2_late primary 1+3, service_dead primary 14+0"), Bugs.NONE);
    }

    /** Probes of the holder are lost when a person orders the interface to a server that does not serve. */
    @Test
    void probesLongerBeforeItObeysAnOrderToAServerThatFails() {
        Simulation.run(
                Plan.of("calm, service_dead standby 5+60, single_probes_lost primary 5+60, order standby 31+1"),
                Bugs.NONE);
    }

    /** The listing leaves the old holder out, which a person is stopping, at the moment of the fencing. */
    @Test
    void leavesAServerStoppedThatAPersonStopsWhileAListingLeavesItOut() {
        Simulation.run(
                Plan.of("calm fencing, stopped primary 5+60, omitted primary when:DetachNetworkInterface+10"),
                Bugs.NONE);
    }

    /** The call that attached the interface gave way, since EC2 showed the attachment late, and then found it. */
    @Test
    void countsAMoveThatItsOwnCallFinds() {
        Simulation.run(
                Plan.of("calm, service_dead primary 5+0, calls_die primary when:DetachNetworkInterface+1,"
                        + " detach_stuck primary 5+5.5, ec2_late primary when:AttachNetworkInterface+5,"
                        + " ec2_throttles primary when:release+0.1"),
                Bugs.NONE);
    }

    /** EC2 refuses to stop the old holder, and then a person stops it. */
    @Test
    void leavesAServerStoppedThatEc2RefusedToStop() {
        Simulation.run(
                Plan.of("calm fencing, service_dead primary 5+60, ec2_throttles primary when:stopped:+0.2,"
                        + " stopped primary 20+100"),
                Bugs.NONE);
    }

    /** The table was down, so that the heartbeats of both servers are old. */
    @Test
    void fencesNobodyOnAReportWhenTheRecordHasMissedAllHeartbeats() {
        Simulation.run(
                Plan.of("calm fencing no_witness, table_down primary 1+99, watch_blind primary 101+20"), Bugs.NONE);
    }

    /** The heartbeat of the holder comes after the decision to move, and before the lease. */
    @Test
    void fencesNobodyWhoIsHeardBeforeTheLease() {
        Simulation.run(
                Plan.of("calm fencing no_witness, order standby 2+1, hung primary 31+65, order primary 110+1,"
                        + " watch_blind primary 154.75+20, ec2_throttles primary 156.15+0.1"),
                Bugs.NONE);
    }

    /** EC2 does not answer until the time of the detach and of the force has passed. */
    @Test
    void stopsNoOldHolderBeforeItHasAskedForTheForce() {
        Simulation.run(Plan.of("calm, service_dead primary 5+90, ec2_silent primary 6.5+34"), Bugs.NONE);
    }

    /** The old holder hangs, and takes as long as it can to stop. */
    @Test
    void stopsAHolderThatHangsFirst() {
        Simulation.run(Plan.of("calm stop_first, hung primary 5+60"), Bugs.NONE);
    }

    /** The probes of a holder that serves are lost just when a person orders the interface away from it. */
    @Test
    void stopsNoServingHolderFirstForAPlannedMove() {
        Simulation.run(Plan.of("calm stop_first, probes_lost primary 5+1, order standby 5+1"), Bugs.NONE);
    }

    /** EC2 does not answer until the time of the detach has passed, so the holder was never asked to let go. */
    @Test
    void stopsNoHolderThatWasNotAskedToLetGo() {
        Simulation.run(Plan.of("calm failback stop_first, order standby 2+1, ec2_silent primary 154.05+20"), Bugs.NONE);
    }

    /** Reports about the time without a holder arrive just after the new holder has got the interface. */
    @Test
    void doesNotMoveOnTheReportsOfAnOrderedMove() {
        Simulation.run(Plan.of("calm no_witness, order standby 60+1, watch_blind primary 60+12"), Bugs.NONE);
    }

    /** A move to a server has failed; a later one to it dies before it can tell, and the cool-down counts. */
    @Test
    void coolsDownAfterAMoveThatDiedThoughAnOlderOneHadFailed() {
        Simulation.run(
                Plan.of("calm, service_dead primary 5+10, never_usable standby 5+0, never_usable primary 53+100,"
                        + " calls_die primary 92+3"),
                Bugs.NONE);
    }

    /** Of three probes the first and the last are lost, which is no failure twice in a row. */
    @Test
    void stopsNoServingHolderFirstForProbesThatAreLostNowAndThen() {
        Simulation.run(
                Plan.of("calm stop_first, single_probes_lost primary 5+60, service_dead primary 5+1.5"), Bugs.NONE);
    }

    /** Two probes are lost, and EC2 leaves out the holder, so that there is no own address that could answer. */
    @Test
    void keepsAServingHolderThatAListingLeavesOut() {
        Simulation.run(
                Plan.of("calm, omitted primary 1+20, watch_blind primary 4+0, probes_lost primary when:report+0.5"),
                Bugs.NONE);
    }

    /** Histories of services of which two must never be active. */
    @Test
    void neverHasTwoActiveServersWhereTheOldHolderStopsFirst() {
        var plans = new RandomPlans(20261126, FaultKind.values()).with(Option.STOP_FIRST);

        plans.check(historiesToRun(), plan -> Simulation.run(plan, Bugs.NONE));
    }

    private static int historiesToRun() {
        return Integer.parseInt(System.getProperty("simulation.histories", "500"));
    }

    @AfterAll
    static void report() {
        System.out.printf(
                "simulation: %,d histories, %,d steps, %,d calls, %,d moves, slowest recovery %s%n",
                histories, steps, calls, moves, slowest);
    }
}
