package io.enifailover.controller;

import static io.enifailover.controller.SimulatedEc2.ENI;
import static io.enifailover.controller.SimulatedEc2.NEVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.enifailover.controller.Controller.Answer;
import io.enifailover.controller.Event.Order;
import io.enifailover.controller.Event.Order.Switchover;
import io.enifailover.controller.Event.Trigger;
import io.enifailover.controller.Event.Trigger.Report;
import io.enifailover.controller.Event.Trigger.StateChange;
import io.enifailover.controller.Event.Trigger.Tick;
import io.enifailover.controller.PairRecord.Entry;
import io.enifailover.controller.PairRecord.Hold;
import io.enifailover.controller.SimulatedEc2.Killed;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;

/** The whole loop, from a trigger to the record, on a simulated EC2 with virtual time. */
class ControllerTest {
    private static final String P = "i-0000000000000000a";
    private static final String S = "i-0000000000000000b";
    private static final URI SERVICE = URI.create("http://203.0.113.200/healthz");
    private static final Report REPORT = new Report(S, 3);

    private final VirtualTime time = new VirtualTime();
    private final SimulatedEc2 ec2 =
            new SimulatedEc2(time).with(P, Role.PRIMARY).with(S, Role.STANDBY).attachedTo(P);
    private final SimulatedRecord record = new SimulatedRecord(time);
    private final Set<String> sick = new HashSet<>();
    private Policy policy = new Policy(Duration.ofSeconds(60), 3, null);
    private boolean fencing;
    private boolean witness = true;
    private int calls;

    @Test
    void movesOnAReportAndWritesDownWhyAndHowLongItTook() {
        sick.add(P);

        assertThat(handle(REPORT).moved()).isTrue();

        assertThat(ec2.holder()).contains(S);
        assertThat(record.history(9)).singleElement().satisfies(entry -> {
            assertThat(entry.reason()).isEqualTo("the observer reports it, and the witness agrees");
            assertThat(entry.by()).isEqualTo("report of " + S + " after 3 failures");
            assertThat(entry.from()).isEqualTo(P);
            assertThat(entry.to()).isEqualTo(S);
            assertThat(entry.outcome()).isEqualTo("serves");
            assertThat(entry.withoutLease()).isFalse();
            assertThat(entry.phases()).containsKeys(Steps.Step.DETACH, Steps.Step.ATTACH, Steps.Step.SERVE);
        });
        assertThat(record.read().lease()).isNull();
    }

    @Test
    void movesWhenEc2SaysThatTheHolderStopsAndNotAgainWhenItSaysSoTwice() {
        ec2.servers().stop(P, Duration.ofSeconds(30));
        var stopping = new StateChange(P, "stopping");

        assertThat(handle(stopping).moved()).isTrue();
        assertThat(handle(stopping).moved()).isFalse();
        assertThat(handle(new StateChange(P, "stopped")).moved()).isFalse();

        assertThat(ec2.holder()).contains(S);
        assertThat(record.history(9)).hasSize(1);
    }

    @Test
    void looksForTenSecondsBeforeItMovesOnTheWitnessAlone() {
        sick.add(P);
        var before = time.now();

        assertThat(handle(new Tick()).moved()).isTrue();

        assertThat(record.history(1))
                .singleElement()
                .satisfies(entry -> assertThat(entry.at()).isAfter(before.plusSeconds(2)));
    }

    @Test
    void keepsAHolderThatHiccups() {
        var looks = new int[1];

        assertThat(handle(new Tick(), url -> () -> {
                            looks[0]++;
                            return looks[0] % 3 == 1 ? new Witness.Sight(null, "timeout") : sight(url);
                        })
                        .moved())
                .isFalse();
    }

    @Test
    void movesWithoutTheRecordAndCompletesItAfterwards() {
        sick.add(P);
        record.reachable(false);

        assertThat(handle(REPORT).moved()).isTrue();
        assertThat(ec2.holder()).contains(S);

        record.reachable(true);
        assertThat(record.history(9)).isEmpty();
        handle(new Tick());
        handle(new Tick());
        assertThat(record.history(9)).singleElement().satisfies(entry -> {
            assertThat(entry.to()).isEqualTo(S);
            assertThat(entry.withoutLease()).isTrue();
        });
    }

    @Test
    void finishesWhatADeadCallHasBegun() {
        sick.add(P);
        ec2.before(ec2CallsUntilAttach(), () -> {
            throw new Killed();
        });

        assertThatThrownBy(() -> handle(REPORT)).isInstanceOf(Killed.class);
        assertThat(ec2.holder()).isEmpty();
        assertThat(handle(new Tick()).words()).contains("is moving it to " + S);

        time.sleep(Duration.ofSeconds(10));
        assertThat(handle(new Tick()).moved()).isTrue();
        assertThat(ec2.holder()).contains(S);
    }

    @Test
    void healsAServerThatWasDetachedByForce() {
        sick.add(P);
        ec2.detachTakes(NEVER);
        handle(REPORT);
        assertThat(record.read().tainted()).containsOnlyKeys(P);
        sick.clear();

        for (var minute = 0; minute < 10 && !record.read().tainted().isEmpty(); minute++) {
            handle(new Tick());
            time.sleep(Duration.ofMinutes(1));
        }

        assertThat(record.read().tainted()).isEmpty();
        assertThat(ec2.changes()).anyMatch(call -> call.startsWith("StopInstances " + P));
        assertThat(ec2.changes()).anyMatch(call -> call.startsWith("StartInstances " + P));
        assertThat(ec2.servers().state(P)).isEqualTo(InstanceStateName.RUNNING);
        assertThat(ec2.holder()).contains(S);
    }

    @Test
    void stopsTheOldHolderOnlyWhenFencingIsAskedFor() {
        sick.add(P);
        handle(REPORT);
        assertThat(ec2.changes()).noneMatch(call -> call.startsWith("StopInstances"));

        sick.clear();
        sick.add(S);
        fencing = true;
        time.sleep(Duration.ofMinutes(2));
        handle(new Report(P, 3));
        assertThat(ec2.changes()).anyMatch(call -> call.startsWith("StopInstances " + S));
        assertThat(record.read().tainted()).containsKey(S);
    }

    @Test
    void doesNothingUnderAHoldAndNotEvenUpkeep() {
        sick.add(P);
        record.taint(P, time.now());
        record.hold(new Hold(time.now().plusSeconds(3600), "maintenance", "ops"));

        assertThat(handle(REPORT).words()).startsWith("kept: on hold until");
        handle(new Tick());

        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void obeysAnOrderUnderAHold() {
        record.hold(new Hold(time.now().plusSeconds(3600), "maintenance", "ops"));

        assertThat(order(new Switchover(null, "ann")).moved()).isTrue();
        assertThat(ec2.holder()).contains(S);
        assertThat(order(new Switchover(Role.PRIMARY, "ann")).moved()).isTrue();
        assertThat(ec2.holder()).contains(P);
        assertThat(record.history(9)).extracting(Entry::by).containsExactly("ann", "ann");
        assertThat(order(new Switchover(Role.PRIMARY, "ann")).words()).isEqualTo("kept: the primary holds it already");
    }

    @Test
    void failsBackOnceThePrimaryHasBeenReadyForTheTimeAskedFor() {
        policy = new Policy(Duration.ofSeconds(60), 3, Duration.ofMinutes(5));
        sick.add(P);
        handle(REPORT);
        sick.clear();

        var minutes = 0;
        while (ec2.holder().filter(S::equals).isPresent() && minutes < 20) {
            time.sleep(Duration.ofMinutes(1));
            handle(new Tick());
            minutes++;
        }

        assertThat(ec2.holder()).contains(P);
        assertThat(minutes).isBetween(5, 7);
    }

    @Test
    void movesOnTheObserversWordWhereThereIsNoWitness() {
        witness = false;
        sick.add(P);

        assertThat(handle(new Tick()).moved()).isFalse();
        time.sleep(Duration.ofSeconds(1));
        assertThat(handle(REPORT).moved()).isTrue();

        assertThat(record.history(1)).extracting(Entry::outcome).containsExactly("attached, not verified");
    }

    @Test
    void failsLoudlyWhenTheNewHolderDoesNotServe() {
        sick.add(P);
        ec2.after(ec2CallsUntilAttach(), () -> sick.add(S));

        assertThatThrownBy(() -> handle(REPORT))
                .isInstanceOf(MoveFailed.class)
                .hasMessageContaining("serve failed after 30.0 s");
        assertThat(record.history(1))
                .singleElement()
                .satisfies(entry -> assertThat(entry.outcome()).startsWith("failed: serve failed"));
    }

    @Test
    void passesAPreflightOnlyWhenAFailoverWouldWork() {
        assertThat(preflight().path("ready").asBoolean()).as("%s", preflight()).isTrue();
        assertThat(preflight().path("checks").valueStream())
                .extracting(check -> check.path("check").asText())
                .contains(
                        "standby " + S + " can hold it",
                        "permission to attach it to standby " + S,
                        "permission to detach it",
                        "permission to stop primary " + P,
                        "the record can be read");

        ec2.busyIndex(S, Duration.ofHours(1));
        assertThat(failed(preflight()))
                .containsExactly("standby " + S + " can hold it: has another interface at device index 1");
    }

    @Test
    void failsAPreflightForEachThingThatIsMissing() {
        sick.add(S);
        record.reachable(false);
        ec2.fails("DetachNetworkInterface", "UnauthorizedOperation", 1);

        assertThat(failed(preflight()))
                .hasSize(3)
                .contains(
                        "standby " + S + " serves: the witness: FAILS",
                        "permission to detach it: DetachNetworkInterface: UnauthorizedOperation: simulated")
                .anyMatch(check -> check.startsWith("the record can be read: GetItem: "));
    }

    @Test
    void tellsItsStatus() {
        sick.add(P);
        handle(REPORT);

        var status = json(desk().answer(new Order.Status()));

        assertThat(status.path("holder").asText()).isEqualTo("standby " + S);
        assertThat(status.path("service").asText()).isEqualTo("SERVES");
        assertThat(status.at("/servers/0/canTakeOver").asText()).isEqualTo("does not serve");
        assertThat(status.at("/history/0/to").asText()).isEqualTo(S);
        assertThat(status.at("/history/0/milliseconds/detach").asLong()).isPositive();
    }

    @Test
    void holdsAndReleases() {
        desk().answer(new Order.Pause(Duration.ofHours(2), "kernel", "ann"));
        assertThat(record.read().hold()).isEqualTo(new Hold(time.now().plus(Duration.ofHours(2)), "kernel", "ann"));

        desk().answer(new Order.Release("ann"));
        assertThat(record.read().hold()).isNull();
    }

    /** The number of the call that attaches, found by an undisturbed run. */
    private int ec2CallsUntilAttach() {
        var trial = new ControllerTest();
        trial.sick.addAll(sick);
        trial.handle(REPORT);
        return 1 + trial.ec2.calls().indexOf("AttachNetworkInterface to " + S + " at 0/1");
    }

    private Answer handle(Trigger trigger) {
        return handle(trigger, url -> () -> sight(url));
    }

    private Answer handle(Trigger trigger, Function<URI, Witness> witnesses) {
        return controller(witnesses)
                .handle(trigger, "call-" + ++calls, time.now().plusSeconds(165));
    }

    private Answer order(Switchover order) {
        return controller(url -> () -> sight(url))
                .handle(order, "call-" + ++calls, time.now().plusSeconds(165));
    }

    private JsonNode preflight() {
        return json(desk().answer(new Order.Preflight()));
    }

    private static List<String> failed(JsonNode preflight) {
        assertThat(preflight.path("ready").asBoolean()).isFalse();
        return preflight
                .path("checks")
                .valueStream()
                .filter(check -> !check.path("pass").asBoolean())
                .map(check ->
                        check.path("check").asText() + ": " + check.path("why").asText())
                .toList();
    }

    private static JsonNode json(Object answer) {
        return new ObjectMapper().valueToTree(answer);
    }

    private OrderDesk desk() {
        Function<URI, Witness> witnesses = url -> () -> sight(url);
        return new OrderDesk(controller(witnesses), ENI, around(witnesses));
    }

    private Controller controller(Function<URI, Witness> witnesses) {
        return new Controller(
                new Configuration(ENI, "table", witness ? SERVICE : null, policy, Deadlines.DEFAULT, fencing),
                around(witnesses));
    }

    private Surroundings around(Function<URI, Witness> witnesses) {
        return new Surroundings(ec2, id -> record, new Lookout(witnesses, Runnable::run, time), witnesses, time);
    }

    /** Who answers at an address: the holder at the service's, a server at its own, unless it is sick or does not run. */
    private Witness.Sight sight(URI url) {
        var server = url.equals(SERVICE)
                ? ec2.holder()
                : List.of(P, S).stream()
                        .filter(it -> url.getHost().equals(ec2.servers().address(it)))
                        .findFirst();
        return server.filter(it -> !sick.contains(it) && ec2.servers().state(it) == InstanceStateName.RUNNING)
                .map(it -> new Witness.Sight(it, "HTTP 200 from " + it))
                .orElseGet(() -> new Witness.Sight(null, "timeout"));
    }
}
