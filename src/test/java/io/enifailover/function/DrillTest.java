package io.enifailover.function;

import static io.enifailover.function.SimulatedEc2.ENI;
import static org.assertj.core.api.Assertions.assertThat;

import io.enifailover.function.Controller.Answer;
import io.enifailover.function.PairRecord.Entry;
import io.enifailover.function.PairRecord.Hold;
import io.enifailover.function.PairRecord.Pulse;
import io.enifailover.protocol.FailoverSettings;
import io.enifailover.protocol.Role;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class DrillTest {
    private static final String P = "i-0000000000000000a";
    private static final String S = "i-0000000000000000b";
    private static final URI SERVICE = URI.create("http://203.0.113.200/healthz");

    private final VirtualTime time = new VirtualTime();
    private final SimulatedEc2 ec2 =
            new SimulatedEc2(time).with(P, Role.PRIMARY).with(S, Role.STANDBY).attachedTo(P);
    private final SimulatedRecord record = new SimulatedRecord(time);
    private final Set<String> sick = new HashSet<>();
    private final List<String> said = new ArrayList<>();
    private int calls;

    DrillTest() {
        hear(P);
        hear(S);
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

        assertThat(run().words()).isEqualTo("no drill: there was a move within the hour");
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

        assertThat(run().words())
                .startsWith("no drill: a failover would not work: ")
                .contains("maintenance");
        assertThat(refusals()).containsExactly("hold");
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void movesNothingUnderAHoldThatComesJustBeforeItTakesTheLease() {
        record.beforeNext(
                "UpdateItem", () -> record.hold(new Hold(time.now().plusSeconds(3600), "maintenance", "ann")));

        assertThat(run().moved()).isFalse();
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void leavesAPairAloneThatCoolsDown() {
        record.count("eni-attach-1", time.now().minusSeconds(59));

        assertThat(run().words()).startsWith("no drill: a failover would not work: damping: cooling down until ");
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void leavesAPairAloneWhoseOtherServerCouldNotTakeOver() {
        sick.add(S);

        assertThat(run().words())
                .isEqualTo("no drill: a failover would not work: standby " + S
                        + ": nginx: does not answer at 198.51.100.2");
        assertThat(refusals()).containsExactly("not-ready");
        assertThat(ec2.changes()).isEmpty();
    }

    /** A failover would do without its watch; a rehearsal has the time to wait for it. */
    @Test
    void leavesAPairAloneThatIsNotReady() {
        record.forget(S);

        assertThat(run().words())
                .isEqualTo("no drill: a failover would not work: standby " + S + ": watch: never heard");
        assertThat(ec2.changes()).isEmpty();
    }

    /** Without the record nobody knows of a hold, or of a drill that was just now. */
    @Test
    void leavesAPairAloneThatCannotReadItsRecord() {
        record.reachable(false);

        assertThat(run().words()).startsWith("no drill: a failover would not work: ");
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void leavesAnInterfaceAloneThatNobodyHolds() {
        ec2.available();

        assertThat(run().words())
                .startsWith("no drill: a failover would not work: holder: no server of the pair holds the interface");
        assertThat(ec2.changes()).isEmpty();
    }

    /** Until after the end of each test. */
    private void hear(String server) {
        record.heard(server, new Pulse(time.now().plusSeconds(86_400), "1f2e", Duration.ZERO, "2.13.0g"));
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

    private Answer run() {
        Function<URI, Witness> witnesses = url -> () -> sight(url);
        var deps = SimulatedDependencies.of(ec2, record, witnesses, time, said::add, (type, detail) -> {});
        var pair = Collaborators.of(ENI, SERVICE, deps);
        var settings = FailoverSettings.ofDefaults();
        return new Drill(new Controller(settings, pair), new PreflightCheck(settings, pair), pair)
                .run("call-" + ++calls, time.now().plusSeconds(165));
    }

    private Witness.Sight sight(URI url) {
        var server = url.equals(SERVICE)
                ? ec2.holder()
                : List.of(P, S).stream()
                        .filter(it -> url.getHost().equals(ec2.servers().address(it)))
                        .findFirst();
        return server.filter(it -> !sick.contains(it))
                .map(it -> new Witness.Sight(it, "HTTP 200 from " + it))
                .orElseGet(() -> new Witness.Sight(null, "timeout"));
    }
}
