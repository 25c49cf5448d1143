package io.enifailover.function;

import static io.enifailover.function.SimulatedWorld.P;
import static io.enifailover.function.SimulatedWorld.S;
import static io.enifailover.function.SimulatedWorld.SERVICE;
import static io.enifailover.simulation.SimulatedEc2.ENI;
import static org.assertj.core.api.Assertions.assertThat;

import io.enifailover.function.PairRecord.Entry;
import io.enifailover.protocol.Answer.MoveAnswer;
import io.enifailover.protocol.FailoverSettings;
import io.enifailover.protocol.Hold;
import io.enifailover.simulation.ScriptedEc2;
import io.enifailover.simulation.ScriptedRecord;
import io.enifailover.simulation.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DrillTest {
    private final SimulatedWorld world = new SimulatedWorld();
    private final VirtualTime time = world.time;
    private final ScriptedEc2 ec2 = world.ec2.attachedTo(P);
    private final ScriptedRecord record = world.record;
    private final Set<String> sick = world.sick;
    private final List<String> said = world.lines;
    private int calls;

    DrillTest() {
        world.hearTheWatches();
    }

    @Test
    void movesToTheOtherServerAndTheNextTimeBack() {
        assertThat(run().moved()).isTrue();
        assertThat(ec2.holder()).contains(S);

        time.sleep(Duration.ofHours(2));
        assertThat(run().moved()).isTrue();
        assertThat(ec2.holder()).contains(P);
        assertThat(record.history(9)).extracting(Entry::by).containsExactly("scheduled drill", "scheduled drill");
    }

    /** EventBridge and Lambda deliver at least once. */
    @Test
    void movesOnceIfItIsDeliveredTwice() {
        run();

        assertThat(run().message()).isEqualTo("no drill: there was a move within the hour");
        assertThat(refusals()).containsExactly("cool-down");
        assertThat(ec2.holder()).contains(S);
    }

    /** The second delivery runs before each call of the first one to EC2, so also after that one has decided to move. */
    @Test
    void movesOnceWheneverASecondDeliveryComes() {
        var undisturbed = new DrillTest();
        undisturbed.run();

        for (int call = 1; call <= undisturbed.ec2.calls().size(); call++) {
            var disturbed = new DrillTest();
            disturbed.ec2.before(call, disturbed::run);
            disturbed.run();

            assertThat(disturbed.ec2.holder()).as("before call %d", call).contains(S);
            assertThat(disturbed.record.history(9)).as("before call %d", call).hasSize(1);
        }
    }

    @Test
    void leavesAPairAloneThatIsOnHold() {
        record.hold(new Hold(time.now().plusSeconds(3600), "maintenance", "ann"));

        assertThat(run().message())
                .startsWith("no drill: a failover would not work: ")
                .contains("maintenance");
        assertThat(refusals()).containsExactly("hold");
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void movesNothingDuringAHoldThatComesJustBeforeItAcquiresTheLease() {
        record.beforeNext(
                "UpdateItem", () -> record.hold(new Hold(time.now().plusSeconds(3600), "maintenance", "ann")));

        assertThat(run().moved()).isFalse();
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void leavesAPairAloneThatCoolsDown() {
        record.count("eni-attach-1", time.now().minusSeconds(59));

        assertThat(run().message()).startsWith("no drill: a failover would not work: damping: cooling down until ");
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void leavesAPairAloneWhoseOtherServerCouldNotTakeOver() {
        sick.add(S);

        assertThat(run().message())
                .isEqualTo("no drill: a failover would not work: standby " + S
                        + ": service: does not answer at 198.51.100.2");
        assertThat(refusals()).containsExactly("not-ready");
        assertThat(ec2.changes()).isEmpty();
    }

    /** A failover would do without its watch; a rehearsal has the time to wait for it. */
    @Test
    void leavesAPairAloneThatIsNotReady() {
        record.forgetHeartbeat(S);

        assertThat(run().message())
                .isEqualTo("no drill: a failover would not work: standby " + S + ": watch: no heartbeat at all");
        assertThat(ec2.changes()).isEmpty();
    }

    /** Without the record nobody knows of a hold, or of a drill that was just now. */
    @Test
    void leavesAPairAloneThatCannotReadItsRecord() {
        record.reachable(false);

        assertThat(run().message()).startsWith("no drill: a failover would not work: ");
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void leavesAnInterfaceAloneThatNobodyHolds() {
        ec2.available();

        assertThat(run().message())
                .startsWith("no drill: a failover would not work: holder: no server of the pair holds the interface");
        assertThat(ec2.changes()).isEmpty();
    }

    /** The reasons of the refusals that the log and the metrics tell of, by whom they came. */
    private List<String> refusals() {
        return said.stream()
                .map(Lines::read)
                .filter(line -> line.path("event").asText().equals("refused"))
                .filter(line -> line.path("trigger").asText().equals("scheduled drill"))
                .map(line -> line.path("Reason").asText())
                .toList();
    }

    private MoveAnswer run() {
        var pair = Collaborators.of(ENI, SERVICE, world.dependencies());
        var settings = FailoverSettings.ofDefaults();
        return new Drill(new Controller(settings, pair), new PreflightCheck(settings, pair), pair)
                .run("call-" + ++calls, time.now().plusSeconds(165));
    }
}
