package io.enifailover.function;

import static io.enifailover.function.SimulatedWorld.P;
import static io.enifailover.function.SimulatedWorld.S;
import static io.enifailover.function.SimulatedWorld.SERVICE;
import static io.enifailover.simulation.SimulatedEc2.ENI;
import static io.enifailover.simulation.SimulatedEc2.NEVER;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.DURATION;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.enifailover.function.Event.Trigger;
import io.enifailover.function.Event.Trigger.Report;
import io.enifailover.function.Event.Trigger.StateChange;
import io.enifailover.function.Event.Trigger.Tick;
import io.enifailover.function.PairRecord.Entry;
import io.enifailover.function.PairRecord.LastHeartbeat;
import io.enifailover.function.Witness.ProbeResult;
import io.enifailover.function.Witness.Reaction;
import io.enifailover.protocol.Alert;
import io.enifailover.protocol.Answer.MoveAnswer;
import io.enifailover.protocol.Endpoint;
import io.enifailover.protocol.FailoverSettings;
import io.enifailover.protocol.Fencing;
import io.enifailover.protocol.FunctionContract;
import io.enifailover.protocol.FunctionSettings;
import io.enifailover.protocol.HealthCheck;
import io.enifailover.protocol.Hold;
import io.enifailover.protocol.Order.HistoryOrder;
import io.enifailover.protocol.Order.HoldOrder;
import io.enifailover.protocol.Order.PreflightOrder;
import io.enifailover.protocol.Order.ReleaseOrder;
import io.enifailover.protocol.Order.StatusOrder;
import io.enifailover.protocol.Order.SwitchoverOrder;
import io.enifailover.protocol.Role;
import io.enifailover.protocol.Step;
import io.enifailover.protocol.WitnessedService;
import io.enifailover.simulation.ScriptedEc2;
import io.enifailover.simulation.ScriptedEc2.Killed;
import io.enifailover.simulation.ScriptedRecord;
import io.enifailover.simulation.SimulatedEc2;
import io.enifailover.simulation.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;

/** The whole loop, from a trigger to the record, on a simulated EC2 with virtual time. */
class ControllerTest {
    private final SimulatedWorld world = new SimulatedWorld();
    private final VirtualTime time = world.time;
    private final ScriptedEc2 ec2 = world.ec2.attachedTo(P);
    private final ScriptedRecord record = world.record;
    private final Set<String> sick = world.sick;
    private Policy policy = new Policy(FailoverSettings.ofDefaults());
    private Fencing fencing = Fencing.NONE;
    private boolean witness = true;
    private WitnessedService service = SERVICE;
    private int calls;
    private final List<String> lines = world.lines;
    private final Map<String, Map<String, ?>> events = new LinkedHashMap<>();
    private Bus bus = events::put;

    @BeforeEach
    void hearTheWatches() {
        world.hearTheWatches();
    }

    @Test
    void movesOnAReportAndWritesDownWhyAndHowLongItTook() {
        sick.add(P);

        assertThat(handle(report(S)).moved()).isTrue();

        assertThat(ec2.holder()).contains(S);
        assertThat(record.history(9)).singleElement().satisfies(entry -> {
            assertThat(entry.reason()).isEqualTo("the observer reports it, and the witness agrees");
            assertThat(entry.by()).isEqualTo("report of " + S + " after 3 failures (silent)");
            assertThat(entry.from()).isEqualTo(P);
            assertThat(entry.to()).isEqualTo(S);
            assertThat(entry.outcome()).isEqualTo("serves");
            assertThat(entry.withoutLease()).isFalse();
            assertThat(entry.phases()).containsKeys(Step.DETACH, Step.ATTACH, Step.SERVE);
        });
        assertThat(record.read().lease()).isNull();
    }

    /** The service runs on the active server only: at the other one's own address nothing answers. */
    @Test
    void movesOnAReportToAServerThatIsNotCheckedWhileItIsStandby() {
        service = new WitnessedService(SERVICE.address(), SERVICE.check(), null);
        var asked = new ArrayList<Endpoint>();
        Function<Endpoint, Witness> witnesses = endpoint -> {
            asked.add(endpoint);
            return world.witness(endpoint);
        };
        sick.add(P);

        assertThat(handle(report(S), witnesses).moved()).isTrue();

        assertThat(ec2.holder()).contains(S);
        assertThat(asked)
                .contains(new Endpoint(SERVICE.check(), ec2.servers().address(P)))
                .doesNotContain(new Endpoint(SERVICE.check(), ec2.servers().address(S)));
    }

    /** Such as that of a replica; the active server has to pass the other one. */
    @Test
    void checksTheServerThatDoesNotHoldTheInterfaceInItsOwnWay() {
        var replica = HealthCheck.tcp(5432);
        service = new WitnessedService(SERVICE.address(), SERVICE.check(), replica);
        var asked = new ArrayList<Endpoint>();

        handle(new Tick(), endpoint -> {
            asked.add(endpoint);
            return world.witness(endpoint);
        });

        assertThat(new HashSet<>(asked))
                .isEqualTo(Set.of(
                        SERVICE.endpoint(),
                        new Endpoint(SERVICE.check(), ec2.servers().address(P)),
                        new Endpoint(replica, ec2.servers().address(S))));
    }

    @Test
    void movesWhenEc2SaysThatTheHolderStopsAndNotAgainWhenItSaysSoTwice() {
        ec2.servers().stop(P, Duration.ofSeconds(30));
        var stopping = new StateChange(P, "stopping", time.now().minusMillis(700));

        assertThat(handle(stopping).moved()).isTrue();
        assertThat(handle(stopping).moved()).isFalse();
        assertThat(handle(new StateChange(P, "stopped", time.now())).moved()).isFalse();

        assertThat(ec2.holder()).contains(S);
        assertThat(record.history(9)).hasSize(1);
    }

    @Test
    void probesForTenSecondsBeforeItMovesOnTheWitnessAlone() {
        sick.add(P);
        var before = time.now();

        assertThat(handle(new Tick()).moved()).isTrue();

        assertThat(record.history(1))
                .singleElement()
                .satisfies(entry -> assertThat(entry.at()).isAfter(before.plusSeconds(2)));
    }

    @Test
    void keepsAHolderThatHiccups() {
        var probes = new int[1];

        assertThat(handle(new Tick(), url -> () -> {
                            probes[0]++;
                            return probes[0] % 3 == 1
                                    ? ProbeResult.failed("timeout", Reaction.SILENCE)
                                    : world.probe(url);
                        })
                        .moved())
                .isFalse();
    }

    /** A machine that is alive confirms a detach sooner or later; one that answers nothing cannot. */
    @ParameterizedTest
    @CsvSource({"SILENCE, 4", "REFUSAL, 15"})
    void waitsLongerForAHolderThatIsAlive(Reaction reaction, int seconds) {
        sick.add(P);
        ec2.detachTakes(NEVER);

        handle(report(S), endpoint -> () -> {
            var result = world.probe(endpoint);
            return result.passed() ? result : ProbeResult.failed("fails", reaction);
        });

        assertThat(record.history(1))
                .singleElement()
                .satisfies(entry -> assertThat(entry.phases())
                        .extractingByKey(Step.DETACH, as(DURATION))
                        .isBetween(
                                Duration.ofSeconds(seconds),
                                Duration.ofSeconds(seconds).plusMillis(500)));
    }

    /** The service accepts connections and does not answer: it may only be slow. */
    @Test
    void probesAgainIfTheFailureIsNotClear() {
        var probes = new int[1];

        var answer = handle(report(S), endpoint -> () -> {
            if (!endpoint.equals(SERVICE.endpoint())
                    || ec2.holder().filter(P::equals).isEmpty()) {
                return world.probe(endpoint);
            }
            probes[0]++;
            return ProbeResult.failed("no answer", Reaction.CONNECTION);
        });

        assertThat(answer.moved()).isTrue();
        assertThat(probes[0]).as("two, and three more").isEqualTo(5);
    }

    @Test
    void keepsAHolderWhenAProbeIsLostAfterAReport() {
        var probes = new int[1];

        assertThat(handle(
                                report(S),
                                url -> () -> url.equals(SERVICE.endpoint()) && probes[0]++ == 0
                                        ? ProbeResult.failed("timeout", Reaction.SILENCE)
                                        : world.probe(url))
                        .moved())
                .isFalse();
        assertThat(probes[0]).isEqualTo(2);
    }

    @Test
    void movesWithoutTheRecordAndCompletesItAfterwards() {
        time.sleep(Duration.ofMinutes(1));
        sick.add(P);
        record.reachable(false);

        assertThat(handle(report(S)).moved()).isTrue();
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

        assertThatThrownBy(() -> handle(report(S))).isInstanceOf(Killed.class);
        assertThat(ec2.holder()).isEmpty();
        assertThat(handle(new Tick()).message()).contains("is moving it to " + S);

        time.sleep(Mover.LEASE);
        assertThat(handle(new Tick()).moved()).isTrue();
        assertThat(ec2.holder()).contains(S);
    }

    /** EC2 refuses one server for good: what was detached for it goes to the other one. */
    @Test
    void bringsTheInterfaceToTheOtherServerAfterAMoveThatFailed() {
        refuseEachAttachToTheStandby();
        ec2.servers().stop(S, Duration.ZERO);
        ec2.servers().start(S, Duration.ZERO);
        time.sleep(Duration.ofMinutes(1));
        assertThatThrownBy(() -> order(new SwitchoverOrder(Role.STANDBY, "ann", false)))
                .isInstanceOf(MoveFailed.class)
                .hasMessageContaining("attach failed");
        assertThat(ec2.holder()).isEmpty();

        assertThat(handle(new Tick()).moved()).isTrue();

        assertThat(ec2.holder()).contains(P);
    }

    /** Only a server that could not take the interface is avoided by the next move. */
    @Test
    void remembersAFailedMoveOnlyWhenTheNewHolderMayBeTheCause() {
        ec2.fails("DetachNetworkInterface", "UnauthorizedOperation", 1);
        assertThatThrownBy(() -> order(new SwitchoverOrder(Role.STANDBY, "ann", false)))
                .hasMessageContaining("detach failed");
        assertThat(record.written().failedMoves()).isEmpty();

        refuseEachAttachToTheStandby();
        assertThatThrownBy(() -> order(new SwitchoverOrder(Role.STANDBY, "ann", false)))
                .hasMessageContaining("attach failed");
        assertThat(record.written().failedMoves()).containsOnlyKeys(S);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void finishesAMoveOfAFreeInterfaceWithoutAWitnessAndWithABlindOne(boolean blind) {
        witness = blind;
        sick.addAll(Set.of(P, S));
        ec2.available();

        try {
            handle(new Tick());
        } catch (MoveFailed e) {
            assertThat(e).hasMessageContaining("serve failed");
        }

        assertThat(ec2.holder()).isPresent();
    }

    @Test
    void healsATaintedServerWhileEachMoveToTheOtherOneFails() {
        refuseEachAttachToTheStandby();
        record.taint(P, time.now());
        ec2.available();

        for (var minute = 0; minute < 5 && ec2.holder().isEmpty(); minute++) {
            time.sleep(Duration.ofMinutes(1));
            try {
                handle(new Tick());
            } catch (MoveFailed e) {
                assertThat(e).hasMessageContaining("attach failed");
            }
        }

        assertThat(ec2.holder()).contains(P);
    }

    private void refuseEachAttachToTheStandby() {
        ec2.gate(new SimulatedEc2.Gate() {
            @Override
            public void before(String call) {
                if (call.startsWith("AttachNetworkInterface to " + S)) {
                    throw SimulatedEc2.error("InternalError", "An internal error has occurred");
                }
            }
        });
    }

    @Test
    void healsAServerThatWasDetachedByForce() {
        sick.add(P);
        ec2.detachTakes(NEVER);
        handle(report(S));
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
    void knowsThatItHasDetachedByForceThoughTheCallDiesAtThat() {
        sick.add(P);
        ec2.detachTakes(NEVER).gate(new SimulatedEc2.Gate() {
            @Override
            public void after(String call) {
                if (call.endsWith("by force")) {
                    throw new Killed();
                }
            }
        });

        assertThatThrownBy(() -> handle(report(S))).isInstanceOf(Killed.class);

        assertThat(record.read().tainted()).containsOnlyKeys(P);
    }

    /** Without both nothing would start it again. */
    @Test
    void knowsThatItHasStoppedTheOldHolderThoughTheCallDiesAtThat() {
        sick.add(P);
        fencing = Fencing.STOP;
        ec2.gate(new SimulatedEc2.Gate() {
            @Override
            public void after(String call) {
                if (call.startsWith("StopInstances")) {
                    throw new Killed();
                }
            }
        });

        assertThatThrownBy(() -> handle(report(S))).isInstanceOf(Killed.class);

        assertThat(record.read().tainted()).containsOnlyKeys(P);
        assertThat(record.read().stopped()).containsOnlyKeys(P);
    }

    /** Since it began: the server may have been stopped and started again while the move went on. */
    @Test
    void writesDownAtTheEndOfAMoveThatItWasByForceIfItCouldNotBefore() {
        sick.add(P);
        var began = time.now();
        ec2.detachTakes(NEVER).gate(new SimulatedEc2.Gate() {
            @Override
            public void before(String call) {
                if (call.startsWith("DetachNetworkInterface")) {
                    record.reachable(false);
                } else if (call.startsWith("AttachNetworkInterface")) {
                    record.reachable(true);
                }
            }
        });

        assertThat(handle(report(S)).moved()).isTrue();

        assertThat(record.read().tainted()).containsOnlyKeys(P);
        assertThat(record.read().tainted().get(P)).isBetween(began, began.plusSeconds(1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void waitsForAHolderThatAnOperatorStopsAndLeavesItStopped(boolean fences) {
        fencing = fences ? Fencing.STOP : Fencing.NONE;
        ec2.refusesToDetachWhileStopping().servers().stop(P, Duration.ofSeconds(40));
        sick.add(P);

        assertThat(handle(new StateChange(P, "stopping", time.now())).moved()).isTrue();

        assertThat(ec2.holder()).contains(S);
        assertThat(record.history(1)).extracting(Entry::forced).containsExactly(false);
        assertThat(record.read().tainted()).isEmpty();
        for (var minute = 0; minute < 5; minute++) {
            time.sleep(Duration.ofMinutes(1));
            handle(new Tick());
        }
        assertThat(ec2.changes()).noneMatch(call -> call.startsWith("St"));
        assertThat(ec2.servers().state(P)).isEqualTo(InstanceStateName.STOPPED);
        assertThat(status().toString()).contains("it is stopped");
    }

    @Test
    void stopsTheOldHolderOnlyWhenFencingIsAskedFor() {
        sick.add(P);
        handle(report(S));
        assertThat(ec2.changes()).noneMatch(call -> call.startsWith("StopInstances"));

        sick.clear();
        sick.add(S);
        fencing = Fencing.STOP;
        time.sleep(Duration.ofMinutes(2));
        handle(report(P));
        assertThat(ec2.changes()).anyMatch(call -> call.startsWith("StopInstances " + S));
        assertThat(record.read().tainted()).containsKey(S);
    }

    @Test
    void attachesWithoutWaitingForTheStopOfTheOldHolder() {
        fencing = Fencing.STOP;
        sick.add(P);
        ec2.stopTakes(Duration.ofMinutes(1));

        assertThat(handle(report(S)).moved()).isTrue();

        assertThat(ec2.changes()).anyMatch(change -> change.startsWith("StopInstances"));
        assertThat(time.elapsed()).isLessThan(Duration.ofMinutes(1));
    }

    /** Otherwise the schedule would start a server that a person stops later. */
    @Test
    void forgetsAStopThatEc2Refused() {
        fencing = Fencing.STOP;
        sick.add(P);
        ec2.fails("StopInstances", "OperationNotPermitted", 1);

        assertThat(handle(report(S)).moved()).isTrue();

        assertThat(record.calls()).anyMatch(call -> call.startsWith("UpdateItem"));
        assertThat(record.read().stopped()).isEmpty();
        assertThat(record.read().tainted()).containsKey(P);
    }

    /** Another call, which died, has asked for the detach. */
    @Test
    void stopsAHolderThatHangsThoughAnotherCallAskedItToLetGo() {
        fencing = Fencing.STOP_FIRST;
        ec2.detachTakes(NEVER);
        ec2.detaching();

        order(new SwitchoverOrder(Role.STANDBY, "ann", false));

        assertThat(ec2.holder()).contains(S);
        assertThat(ec2.changes()).anyMatch(change -> change.startsWith("StopInstances"));
    }

    @Test
    void stopsAFailedHolderFirstAndStartsItAgain() {
        fencing = Fencing.STOP_FIRST;
        sick.add(P);

        assertThat(handle(report(S)).moved()).isTrue();

        assertThat(ec2.changes())
                .containsExactly(
                        "StopInstances " + P + " without its operating system",
                        "DetachNetworkInterface eni-attach-1",
                        "AttachNetworkInterface to " + S + " at 0/1");
        assertThat(record.history(1)).extracting(Entry::forced).containsExactly(true);
        sick.clear();
        for (var minute = 0; minute < 3; minute++) {
            time.sleep(Duration.ofMinutes(1));
            handle(new Tick());
        }
        assertThat(ec2.servers().state(P)).isEqualTo(InstanceStateName.RUNNING);
        assertThat(record.read().tainted()).isEmpty();
        assertThat(ec2.holder()).contains(S);
    }

    /** Started with the interface it would act as the active server again. */
    @Test
    void startsNoHolderThatItHasStoppedBeforeTheInterfaceHasLeftIt() {
        fencing = Fencing.STOP_FIRST;
        sick.add(P);
        ec2.gate(new SimulatedEc2.Gate() {
            @Override
            public void before(String call) {
                if (call.startsWith("DetachNetworkInterface")) {
                    throw new Killed();
                }
            }
        });
        assertThatThrownBy(() -> handle(report(S))).isInstanceOf(Killed.class);
        ec2.gate(SimulatedEc2.Gate.OPEN);

        handle(new Tick());
        assertThat(ec2.servers().state(P)).isEqualTo(InstanceStateName.STOPPED);
        time.sleep(Duration.ofMinutes(1));
        handle(new Tick());

        assertThat(ec2.holder()).contains(S);
        assertThat(ec2.changes()).noneMatch(call -> call.startsWith("StartInstances"));
    }

    /** Whether or not it serves: single probes may have been lost. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void stopsNoHolderFirstThatLetsGoWhenItObeys(boolean serves) {
        fencing = Fencing.STOP_FIRST;
        if (!serves) {
            sick.add(P);
        }

        order(new SwitchoverOrder(Role.STANDBY, "ann", false));

        assertThat(ec2.holder()).contains(S);
        assertThat(ec2.changes()).noneMatch(call -> call.startsWith("StopInstances"));
    }

    /** EC2 does not accept the detach for longer than a guest has to confirm it. */
    @Test
    void stopsNoHolderThatWasNotAskedToLetGo() {
        fencing = Fencing.STOP_FIRST;
        ec2.doesNotAnswer("DetachNetworkInterface", 60);

        order(new SwitchoverOrder(Role.STANDBY, "ann", false));

        assertThat(ec2.holder()).contains(S);
        assertThat(time.elapsed()).isGreaterThan(Deadlines.DEFAULT.of(Step.DETACH));
        assertThat(ec2.changes()).noneMatch(call -> call.startsWith("StopInstances"));
    }

    @Test
    void stopsAHolderThatHangsBeforeItAttachesWhenItObeys() {
        fencing = Fencing.STOP_FIRST;
        ec2.detachTakes(NEVER);

        order(new SwitchoverOrder(Role.STANDBY, "ann", false));

        assertThat(ec2.holder()).contains(S);
        assertThat(ec2.changes())
                .containsSubsequence(
                        "DetachNetworkInterface eni-attach-1",
                        "StopInstances " + P + " without its operating system",
                        "AttachNetworkInterface to " + S + " at 0/1");
    }

    /** Nothing would start it again, so a holder that lets go is taken at its word. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void movesWithoutTheRecordOnlyFromAHolderThatLetsGo(boolean letsGo) {
        fencing = Fencing.STOP_FIRST;
        sick.add(P);
        record.reachable(false);
        time.sleep(Duration.ofMinutes(2));
        ec2.detachTakes(letsGo ? Duration.ofSeconds(2) : NEVER);

        if (letsGo) {
            assertThat(handle(report(S)).moved()).isTrue();
        } else {
            assertThatThrownBy(() -> handle(report(S)))
                    .isInstanceOf(MoveFailed.class)
                    .hasMessageStartingWith("stop failed");
        }

        assertThat(ec2.changes()).noneMatch(call -> call.startsWith("StopInstances") || call.endsWith("by force"));
        assertThat(ec2.holder()).isEqualTo(letsGo ? Optional.of(S) : Optional.empty());
    }

    /** One lost call to the record: without the lease another move may be under way, to the server that would be stopped. */
    @Test
    void stopsNoOldHolderWithoutTheLeaseThoughItsTaintCouldBeWrittenDown() {
        fencing = Fencing.STOP;
        sick.add(P);
        record.fails(record.calls().size() + 2);

        assertThat(handle(report(S)).moved()).isTrue();

        assertThat(record.history(1)).extracting(Entry::withoutLease).containsExactly(true);
        assertThat(ec2.changes()).noneMatch(change -> change.startsWith("StopInstances"));
    }

    /** Nothing would start it again. */
    @Test
    void stopsNoOldHolderWhoseStopCannotBeWrittenDown() {
        fencing = Fencing.STOP;
        sick.add(P);
        ec2.gate(new SimulatedEc2.Gate() {
            @Override
            public void after(String call) {
                if (call.startsWith("DetachNetworkInterface")) {
                    record.reachable(false);
                }
            }
        });

        assertThat(handle(report(S)).moved()).isTrue();

        assertThat(ec2.changes()).noneMatch(change -> change.startsWith("StopInstances"));
    }

    @Test
    void stopsNoServerWhenItFailsBackOrObeys() {
        fencing = Fencing.STOP;
        policy = new Policy(FailoverSettings.ofDefaults().withFailbackAfter(Duration.ofMinutes(5)));
        order(new SwitchoverOrder(Role.STANDBY, "ann", false));
        for (var minute = 0; minute < 10; minute++) {
            time.sleep(Duration.ofMinutes(1));
            handle(new Tick());
        }

        assertThat(record.history(9)).extracting(Entry::kind).containsExactly(Kind.FAILBACK, Kind.SWITCHOVER);
        assertThat(ec2.changes()).noneMatch(call -> call.startsWith("StopInstances"));
        assertThat(record.read().tainted()).isEmpty();
    }

    @Test
    void doesNothingUnderAHoldAndNotEvenUpkeep() {
        sick.add(P);
        record.taint(P, time.now());
        record.hold(new Hold(time.now().plusSeconds(3600), "maintenance", "ops"));

        assertThat(handle(report(S)).message()).startsWith("kept: on hold until");
        handle(new Tick());

        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void obeysAnOrderUnderAHold() {
        record.hold(new Hold(time.now().plusSeconds(3600), "maintenance", "ops"));

        assertThat(order(new SwitchoverOrder(null, "ann", false)).moved()).isTrue();
        assertThat(ec2.holder()).contains(S);
        assertThat(order(new SwitchoverOrder(Role.PRIMARY, "ann", false)).moved())
                .isTrue();
        assertThat(ec2.holder()).contains(P);
        assertThat(record.history(9)).extracting(Entry::by).containsExactly("ann", "ann");
        assertThat(order(new SwitchoverOrder(Role.PRIMARY, "ann", false)).message())
                .isEqualTo("kept: the primary holds the interface already");
    }

    /** EC2's own time of the attachment limits the moves that a broken watch can cause while the record is down. */
    @Test
    void coolsDownByEc2sTimeOfTheAttachmentWithoutTheRecord() {
        time.sleep(Duration.ofMinutes(1));
        record.reachable(false);
        sick.add(P);
        assertThat(handle(report(S)).moved()).isTrue();

        sick.clear();
        sick.add(S);
        assertThat(handle(report(P)).message()).startsWith("kept: cooling down until ");
        time.sleep(Duration.ofMinutes(1));
        assertThat(handle(report(P)).moved()).isTrue();
        assertThat(ec2.holder()).contains(P);
    }

    @Test
    void doesNotCoolDownAfterAnOrderWhenTheRecordCanBeRead() {
        assertThat(order(new SwitchoverOrder(Role.STANDBY, "ann", false)).moved())
                .isTrue();
        sick.add(S);

        assertThat(handle(report(P)).moved()).isTrue();
    }

    @Test
    void heedsTheCoolDownThoughOneReadOfTheRecordIsLost() {
        record.count("eni-attach-9", time.now().minusSeconds(7));
        sick.add(P);
        record.fails(record.calls().size() + 1);

        assertThat(handle(report(S)).message()).startsWith("kept: cooling down until ");
        assertThat(ec2.changes()).isEmpty();
        assertThat(record.read().lease()).isNull();
    }

    @Test
    void movesToNoTaintedServerThoughOneReadOfTheRecordIsLost() {
        time.sleep(Duration.ofMinutes(1));
        record.taint(S, time.now());
        sick.add(P);
        record.fails(record.calls().size() + 1);

        assertThat(handle(report(S)).message()).contains("standby " + S + " is tainted");
        record.fails(record.calls().size() + 1);
        assertThat(order(new SwitchoverOrder(Role.STANDBY, "ann", false)).message())
                .contains("is tainted");
        assertThat(ec2.changes()).isEmpty();
    }

    /** The lease of the dead call names its target, and taking it again must not hide that. */
    @Test
    void finishesADeadMoveWithItsTarget() {
        ec2.available();
        record.acquire("dead", S, time.now(), time.now().plusSeconds(10));
        time.sleep(Duration.ofSeconds(10));

        assertThat(handle(new Tick()).moved()).isTrue();
        assertThat(ec2.holder()).contains(S);
    }

    @Test
    void keepsItsLeaseWhileEachCallTakesAsLongAsItMay() {
        sick.add(P);
        var without = new ArrayList<String>();
        ec2.callTakes(FunctionContract.EC2_CALL).gate(new SimulatedEc2.Gate() {
            @Override
            public void before(String call) {
                var lease = record.read().lease();
                if (lease != null && !time.now().isBefore(lease.deadline())) {
                    without.add(call);
                }
            }
        });

        assertThat(handle(report(S)).moved()).isTrue();

        assertThat(without).isEmpty();
    }

    @Test
    void changesNothingOnceSomebodyElseHasTheLease() {
        sick.add(P);
        ec2.after(ec2CallsUntilAttach() - 1, () -> {
            time.sleep(Duration.ofSeconds(20));
            record.acquire("somebody", P, time.now(), time.now().plusSeconds(30));
        });

        assertThat(handle(report(S)).message()).startsWith("kept: somebody is moving it");
        assertThat(ec2.changes()).containsExactly("DetachNetworkInterface eni-attach-1");
    }

    @Test
    void stopsNoOldHolderOnceSomebodyElseHasTheLease() {
        fencing = Fencing.STOP;
        sick.add(P);
        ec2.gate(new SimulatedEc2.Gate() {
            @Override
            public void after(String call) {
                if (call.equals("DescribeInstances") && ec2.isAvailable()) {
                    time.sleep(Mover.LEASE);
                    record.acquire("somebody", P, time.now(), time.now().plusSeconds(30));
                }
            }
        });

        assertThat(handle(report(S)).message()).startsWith("kept: somebody is moving it");

        assertThat(ec2.changes()).containsExactly("DetachNetworkInterface eni-attach-1");
    }

    @Test
    void movesNothingWhenTheElasticIpIsNotAssociated() {
        ec2.showsNoElasticIp();

        var answer = handle(
                new Tick(),
                url -> () -> url.equals(SERVICE.endpoint())
                        ? ProbeResult.failed("timeout", Reaction.SILENCE)
                        : world.probe(url));

        assertThat(answer.alert()).isEqualTo(Alert.ADDRESS_LOST);
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void countsNoOrderForTheCoolDownAndTheFlapLimit() {
        for (var i = 0; i < 3; i++) {
            assertThat(order(new SwitchoverOrder(null, "ann", false)).moved()).isTrue();
        }
        assertThat(ec2.holder()).contains(S);
        sick.add(S);

        assertThat(handle(report(P)).moved()).isTrue();
        assertThat(record.read().recentMoves()).hasSize(1);
    }

    /** The other server is another one now, and has yet to show that it is ready. */
    @Test
    void forgetsWithEachMoveSinceWhenTheOtherServerWasReady() {
        handle(new Tick());
        assertThat(record.read().readySince()).isNotNull();

        order(new SwitchoverOrder(Role.STANDBY, "ann", false));

        assertThat(record.read().readySince()).isNull();
    }

    /** A move that dies leaves it to nobody to forget it. */
    @Test
    void forgetsBeforeAMoveSinceWhenTheOtherServerWasReady() {
        record.readySince(time.now());
        ec2.gate(new SimulatedEc2.Gate() {
            @Override
            public void before(String call) {
                if (call.startsWith("DetachNetworkInterface")) {
                    throw new Killed();
                }
            }
        });

        assertThatThrownBy(() -> order(new SwitchoverOrder(Role.STANDBY, "ann", false)))
                .isInstanceOf(Killed.class);

        assertThat(record.read().readySince()).isNull();
    }

    @Test
    void forgetsAfterAMoveSinceWhenTheOtherServerWasReadyIfItCouldNotBefore() {
        record.readySince(time.now());
        record.fails(record.calls().size() + 3);

        order(new SwitchoverOrder(Role.STANDBY, "ann", false));

        assertThat(record.read().readySince()).isNull();
    }

    @Test
    void forgetsAFailedMoveToAServerThatTheNextMoveReaches() {
        record.failedMove(S, time.now());

        order(new SwitchoverOrder(Role.STANDBY, "ann", false));

        assertThat(record.read().failedMoves()).isEmpty();
    }

    /** Each call to a table that is down takes its time, and clients are served already. */
    @Test
    void writesNoMoreOnceTwoWritesHaveFailed() {
        sick.add(P);
        ec2.gate(new SimulatedEc2.Gate() {
            @Override
            public void after(String call) {
                if (call.startsWith("AttachNetworkInterface")) {
                    record.reachable(false);
                }
            }
        });

        assertThat(handle(report(S)).moved()).isTrue();

        assertThat(record.calls()).doesNotContain("PutItem");
    }

    @Test
    void renewsItsLeaseAfterAWhileAndNotBeforeEachCall() {
        sick.add(P);

        handle(report(S));

        assertThat(time.elapsed()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(6));
        var next = record.acquire("next", S, time.now(), time.now()).orElseThrow();
        assertThat(next.lease().generation())
                .as("taken, renewed, and taken by the next")
                .isBetween(3L, time.elapsed().dividedBy(Mover.RENEWAL) + 2)
                .isLessThan(ec2.calls().size() / 2);
    }

    @Test
    void movesNoFreeInterfaceToATaintedServerThoughOneReadOfTheRecordIsLost() {
        ec2.available();
        record.taint(P, time.now());
        record.fails(record.calls().size() + 1);

        assertThat(handle(new StateChange(P, "running", null)).moved()).isTrue();

        assertThat(ec2.holder()).contains(S);
        assertThat(ec2.changes()).containsExactly("AttachNetworkInterface to " + S + " at 0/1");
    }

    @Test
    void givesWayForGoodWhenSomebodyElseMovesTheInterfaceThreeTimes() {
        sick.add(P);
        ec2.gate(new SimulatedEc2.Gate() {
            @Override
            public void after(String call) {
                if (call.equals("DescribeInstances")) {
                    ec2.attachedTo(P);
                }
            }
        });

        assertThat(order(new SwitchoverOrder(Role.STANDBY, "ann", false)))
                .isEqualTo(new MoveAnswer(false, "gave way to whoever made it attached to " + P, null));
        assertThat(ec2.changes()).isEmpty();
        assertThat(lines).hasSize(3).allMatch(line -> line.contains("LeaseConflicts"));
    }

    @Test
    void endsAMoveWithinTheTimeThatItsCallHas() {
        sick.add(P);
        ec2.detachTakes(NEVER).forceTakes(NEVER).stopTakes(NEVER);

        assertThatThrownBy(() -> controller(world::witness)
                        .handle(report(S), "call-1", time.now().plusSeconds(20)))
                .hasMessageContaining("out of time");

        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void endsAnObservationWithinTheTimeThatItsCallHas() {
        ec2.doesNotAnswer("DescribeInstances", 1000);

        assertThatThrownBy(() -> controller(world::witness)
                        .handle(new Tick(), "call-1", time.now().plusSeconds(20)))
                .hasMessageContaining("out of time");

        // The service is probed meanwhile, and here afterwards.
        assertThat(time.elapsed()).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(21));
    }

    @Test
    void coolsDownFromTheEndOfAMoveOn() {
        sick.add(P);
        ec2.detachTakes(NEVER);
        handle(report(S));
        var end = time.now();
        assertThat(record.history(1))
                .singleElement()
                .satisfies(entry -> assertThat(entry.at()).isBefore(end.minusSeconds(4)));
        record.clearTaint(P);
        sick.clear();
        sick.add(S);

        time.sleep(Duration.ofSeconds(59));
        assertThat(handle(report(P)).message()).startsWith("kept: cooling down until ");
        time.sleep(Duration.ofSeconds(1));
        assertThat(handle(report(P)).moved()).isTrue();
    }

    @Test
    void countsAMoveOnceThatGaveWayAndWasMadeAgain() {
        sick.add(P);
        ec2.after(ec2CallsUntilAttach() - 1, () -> ec2.attachedTo(P));

        assertThat(handle(report(S)).moved()).isTrue();

        assertThat(record.history(9))
                .extracting(Entry::outcome)
                .containsExactly("serves", "gave way to attached to " + P);
        assertThat(record.read().recentMoves()).hasSize(1);
    }

    @Test
    void failsBackOnceThePrimaryHasBeenReadyForTheTimeAskedFor() {
        policy = new Policy(FailoverSettings.ofDefaults().withFailbackAfter(Duration.ofMinutes(5)));
        sick.add(P);
        handle(report(S));
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

    /** Lambda repeats a call that failed after a minute, and a watch may send late what it reported long ago. */
    @Test
    void takesAReportThatIsOutOfDateOrHasNoTimeOnlyAsATrigger() {
        sick.addAll(Set.of(P, S));
        var late = report(S);
        time.sleep(Duration.ofSeconds(16));

        assertThat(handle(late).moved()).isFalse();
        assertThat(handle(new Report(S, 3, "silent", Duration.ofSeconds(3), null))
                        .moved())
                .isFalse();
        assertThat(ec2.changes()).isEmpty();
        assertThatThrownBy(() -> handle(report(S))).hasMessageContaining("serve failed");
    }

    /** A move may take longer than a call that began late has left. */
    @Test
    void observesNoLongerThanItsCallMayTake() {
        ec2.fails("DescribeNetworkInterfaces", "RequestLimitExceeded", 1_000);
        var end = time.now().plusSeconds(20);

        assertThatThrownBy(() -> controller(world::witness).handle(new Tick(), "call-1", end))
                .isInstanceOf(MoveFailed.class)
                .hasMessageContaining("out of time");

        assertThat(time.now()).isBetween(end, end.plusSeconds(1));
    }

    @Test
    void correctsTheTimeOfAReportByTheClockOfItsServer() {
        record.heartbeat(S, new LastHeartbeat(time.now(), "1f2e", Duration.ofMinutes(2), "", ""));
        sick.add(P);
        var sent = time.now().plus(Duration.ofMinutes(2));

        assertThat(handle(new Report(S, 3, "silent", Duration.ofSeconds(3), sent))
                        .message())
                .contains("the observer reports it");
    }

    @Test
    void movesOnTheObserversWordWhereThereIsNoWitness() {
        noWitness();
        sick.add(P);

        assertThat(handle(new Tick()).moved()).isFalse();
        time.sleep(Duration.ofSeconds(1));
        assertThat(handle(report(S)).moved()).isTrue();

        assertThat(record.history(1)).extracting(Entry::outcome).containsExactly("attached, not verified");
    }

    /** EC2 takes longer to answer than a report is fresh. */
    @Test
    void judgesAReportByTheTimeWhenTheObservationBegan() {
        noWitness();
        ec2.callTakes(Duration.ofSeconds(8));
        ec2.after(2, () -> ec2.callTakes(Duration.ZERO));

        assertThat(handle(report(S)).message()).contains("the observer reports it");
    }

    /** Where there is no witness nobody contradicts it, and it was about what somebody else has changed since. */
    @Test
    void actsOnAReportOnceAndNotAgainAfterSomebodyElseHasMoved() {
        noWitness();
        record.beforeNext("UpdateItem", () -> ec2.attachedTo(P));

        assertThat(handle(report(S)).message()).isEqualTo("kept: no server reports a failure, and there is no witness");

        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void stopsNoHolderThatIsHeardBeforeTheLeaseIsAcquired() {
        noWitness();
        fencing = Fencing.STOP;
        var heard = new LastHeartbeat(time.now().plusSeconds(86_400), "1f2e", Duration.ZERO, "", "");
        record.forgetHeartbeat(P);
        record.beforeNext("UpdateItem", () -> record.heartbeat(P, heard));

        assertThat(handle(report(S)).moved()).isTrue();
        assertThat(ec2.changes()).noneMatch(change -> change.startsWith("StopInstances"));
    }

    @Test
    void stopsNoHolderThatIsHeardOnTheObserversWordAlone() {
        noWitness();
        fencing = Fencing.STOP;

        assertThat(handle(report(S)).moved()).isTrue();

        assertThat(ec2.changes()).noneMatch(change -> change.startsWith("StopInstances"));
    }

    @Test
    void failsLoudlyWhenTheNewHolderDoesNotServe() {
        sick.add(P);
        ec2.after(ec2CallsUntilAttach(), () -> sick.add(S));

        assertThatThrownBy(() -> handle(report(S)))
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
                .extracting(check ->
                        check.path("name").asText() + " " + check.path("state").asText())
                .contains(
                        "standby " + S + ": slot pass",
                        "standby " + S + ": attach pass",
                        "primary " + P + ": stop pass",
                        "detach pass",
                        "hold pass");

        ec2.busyIndex(S, Duration.ofHours(1));
        assertThat(failed(preflight()))
                .containsExactly("standby " + S + ": slot: another interface is at device index 1");
    }

    @Test
    void failsAPreflightWhenTheInterfaceWouldEndWithItsHolder() {
        ec2.showsDeleteOnTermination();

        assertThat(failed(preflight()))
                .containsExactly(
                        "primary " + P + ": attachment: EC2 would delete the interface together with it: aws ec2"
                                + " modify-network-interface-attribute --network-interface-id ... --attachment"
                                + " AttachmentId=eni-attach-1,DeleteOnTermination=false");
    }

    @Test
    void failsAPreflightForEachThingThatIsMissing() {
        time.sleep(Duration.ofMinutes(1));
        sick.add(S);
        record.reachable(false);
        ec2.fails("DetachNetworkInterface", "UnauthorizedOperation", 1);

        assertThat(failed(preflight()))
                .hasSize(4)
                .contains("detach: DetachNetworkInterface: UnauthorizedOperation: simulated")
                .anyMatch(check -> check.startsWith("standby " + S + ": service: does not answer at "))
                .anyMatch(check -> check.startsWith("standby " + S + ": record: GetItem: "));
    }

    @Test
    void tellsItsStatus() throws Exception {
        sick.add(P);
        handle(report(S));
        var moved = time.now();
        record.hold(new Hold(moved.plusSeconds(60), "kernel", "ann"));
        record.acquire("call-9", P, moved, moved.plusSeconds(10));

        var status = status();

        assertThat(status.fieldNames())
                .toIterable()
                .containsExactly(
                        "time",
                        "interfaceId",
                        "state",
                        "holder",
                        "service",
                        "servers",
                        "missing",
                        "hold",
                        "lease",
                        "damped",
                        "recordError",
                        "history");
        assertThat(status.path("time").asText()).isEqualTo(time.now().toString());
        assertThat(status.path("interfaceId").asText()).isEqualTo(ENI);
        assertThat(status.path("state").asText()).isEqualTo("attached");
        assertThat(status.path("holder"))
                .isEqualTo(json("""
                {"id": "%s", "role": "standby", "since": "%s",
                 "why": "the observer reports it, and the witness agrees"}""".formatted(S, status.at("/history/0/at").asText())));
        assertThat(status.path("service")).isEqualTo(json("""
                {"url": "%s", "verdict": "serves", "milliseconds": 0}""".formatted(SERVICE.endpoint())));
        assertThat(status.path("hold")).isEqualTo(json("""
                {"until": "%s", "reason": "kernel", "by": "ann"}""".formatted(moved.plusSeconds(60))));
        assertThat(status.path("lease")).isEqualTo(json("""
                {"owner": "call-9", "intent": "%s", "deadline": "%s"}""".formatted(P, moved.plusSeconds(10))));
        assertThat(status.path("damped").asText()).startsWith("cooling down until ");
        assertThat(status.path("recordError").isNull()).isTrue();
    }

    @Test
    void tellsOfEachServerWhetherItIsReadyAndWhyNot() throws Exception {
        sick.add(P);
        handle(report(S));

        var server = status().at("/servers/0");

        assertThat(server.fieldNames())
                .toIterable()
                .containsExactly("id", "role", "holds", "power", "verdict", "tainted", "ready", "checks");
        assertThat(server.path("id").asText()).isEqualTo(P);
        assertThat(server.path("role").asText()).isEqualTo("primary");
        assertThat(server.path("holds").asBoolean()).isFalse();
        assertThat(server.path("power").asText()).isEqualTo("running");
        assertThat(server.path("verdict").asText()).isEqualTo("fails");
        assertThat(server.path("tainted").isNull()).isTrue();
        assertThat(server.path("ready").asBoolean()).isFalse();
        assertThat(server.path("checks"))
                .contains(json("""
                {"name": "service", "state": "fail", "detail": "does not answer at %s"}""".formatted(ec2.servers().address(P))));
        assertThat(status().at("/servers/1/holds").asBoolean()).isTrue();
    }

    @Test
    void tellsOfAMoveHowLongItTookFromTheFirstFailureOn() {
        sick.add(P);
        handle(report(S));

        var entry = lastMove();

        assertThat(entry.path("id").asText()).isEqualTo("call-1");
        assertThat(entry.path("kind").asText()).isEqualTo("failover");
        assertThat(entry.path("from").asText()).isEqualTo(P);
        assertThat(entry.path("to").asText()).isEqualTo(S);
        assertThat(entry.path("by").asText()).isEqualTo("report of " + S + " after 3 failures (silent)");
        assertThat(entry.path("outcome").asText()).isEqualTo("serves");
        assertThat(entry.path("forced").asBoolean()).isFalse();
        assertThat(entry.path("withoutLease").asBoolean()).isFalse();
        assertThat(entry.path("milliseconds").fieldNames())
                .toIterable()
                .containsExactly("detect", "decide", "observe", "detach", "attach", "serve");
        assertThat(entry.at("/milliseconds/detect").asLong()).isEqualTo(3000);
        assertThat(entry.path("outageMilliseconds").asLong())
                .isEqualTo(entry.path("milliseconds")
                        .valueStream()
                        .mapToLong(JsonNode::asLong)
                        .sum());
    }

    @Test
    void countsTheOutageOfAnOrderedMoveFromTheDetachOn() {
        order(new SwitchoverOrder(null, "ann", false));

        var entry = lastMove();

        assertThat(entry.path("kind").asText()).isEqualTo("switchover");
        assertThat(entry.path("milliseconds").has("detect")).isFalse();
        assertThat(entry.path("outageMilliseconds").asLong())
                .isEqualTo(entry.at("/milliseconds/detach").asLong()
                        + entry.at("/milliseconds/attach").asLong()
                        + entry.at("/milliseconds/serve").asLong());
    }

    @Test
    void countsNoOutageOfAnOrderedMoveWhereNobodyHeldTheInterface() {
        ec2.available();

        order(new SwitchoverOrder(Role.STANDBY, "ann", false));

        assertThat(record.history(1)).singleElement().returns(null, Entry::outage);
    }

    @Test
    void countsTheOutageFromItsCallOnWhereNobodyKnowsWhenItBegan() {
        sick.add(P);
        var called = time.now();

        handle(new Tick());

        assertThat(record.history(1)).extracting(Entry::outage).containsExactly(Duration.between(called, time.now()));
    }

    /** Nothing that was written down brought it there. */
    @Test
    void doesNotSaySinceWhenAServerHoldsTheInterfaceThatItFoundThere() {
        handle(new Tick());
        assertThat(record.history(1)).extracting(Entry::kind).containsExactly(Kind.REPAIR);

        assertThat(status().at("/holder/id").asText()).isEqualTo(P);
        assertThat(status().at("/holder/since").isNull()).isTrue();
    }

    @Test
    void probesNoServerThatDoesNotRun() {
        ec2.servers().stop(S, Duration.ZERO);
        var probes = new ArrayList<String>();

        handle(new Tick(), url -> {
            probes.add(url.address());
            return world.witness(url);
        });

        assertThat(probes)
                .contains(ec2.servers().address(P))
                .doesNotContain(ec2.servers().address(S));
    }

    @Test
    void doesNotKnowTheHealthOfAServerWithoutAnAddress() {
        ec2.showsNoAddress(S);

        assertThat(handle(new Tick()).message()).contains("standby " + S + " is not seen by the witness");
    }

    @Test
    void movesFromAHolderThatServesOnlyAtItsOwnAddress() {
        var answer = handle(
                report(S),
                url -> () -> url.equals(SERVICE.endpoint())
                                && ec2.holder().filter(P::equals).isPresent()
                        ? ProbeResult.failed("timeout", Reaction.SILENCE)
                        : world.probe(url));

        assertThat(answer.moved()).isTrue();
        assertThat(ec2.holder()).contains(S);
    }

    /** One probe that passes is enough to contradict a report; without a report it is not enough. */
    @Test
    void detectsWithoutAReportAServiceThatAnswersOnlyTheSecondProbe() {
        var probes = new int[1];

        var answer = handle(new Tick(), url -> () -> {
            if (url.equals(SERVICE.endpoint()) && ec2.holder().filter(P::equals).isPresent()) {
                probes[0]++;
                return probes[0] == 2 ? world.probe(url) : ProbeResult.failed("timeout", Reaction.SILENCE);
            }
            return world.probe(url);
        });

        assertThat(answer.moved()).isTrue();
    }

    /** The server that serves may be the one that is left out. */
    @Test
    void finishesWithNoServerThatFailsWhileAListingLeavesTheOtherOneOut() {
        ec2.available();
        sick.add(P);
        ec2.hides(Duration.ofMinutes(1), S);

        assertThat(handle(new StateChange(P, "running", null)).alert()).isEqualTo(Alert.BOTH_DOWN);
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void failsAtOnceWhenEc2RefusesToShowTheServers() {
        ec2.fails("DescribeInstances", "UnauthorizedOperation", 1);

        assertThatThrownBy(() -> handle(new Tick()))
                .isInstanceOf(MoveFailed.class)
                .hasMessage("observe failed after 0.0 s: DescribeInstances: UnauthorizedOperation: simulated");
    }

    /** A decision that rests on what was seen too late could not be carried out any more. */
    @Test
    void decidesNothingOnAnAnswerThatCameTooLate() {
        ec2.callTakes(Duration.ofSeconds(10));

        assertThatThrownBy(() -> controller(world::witness)
                        .handle(new Tick(), "call-1", time.now().plusSeconds(15)))
                .hasMessageContaining("out of time");
        assertThat(ec2.calls()).hasSize(2);
    }

    @Test
    void asksEc2NoMoreOnceTheTimeOfItsCallIsUp() {
        ec2.fails("DescribeInstances", "RequestLimitExceeded", 1_000);

        assertThatThrownBy(() -> controller(world::witness)
                        .handle(new Tick(), "call-1", time.now().plusSeconds(20)))
                .hasMessageContaining("out of time");

        var calls = Duration.ofSeconds(20).dividedBy(Deadlines.DEFAULT.poll());
        assertThat(ec2.calls()).hasSizeBetween((int) calls, (int) calls + 2);
    }

    @Test
    void countsTheOutageOfAStoppedHolderFromEc2sOwnTimeOn() {
        ec2.servers().stop(P, Duration.ofSeconds(30));
        handle(new StateChange(P, "stopping", time.now().minusMillis(700)));

        assertThat(lastMove().at("/milliseconds/detect").asLong()).isEqualTo(700);
    }

    @Test
    void tellsWhatItKnowsWhileTheRecordIsDown() {
        record.reachable(false);

        var status = status();

        assertThat(status.path("state").asText()).isEqualTo("attached");
        assertThat(status.at("/holder/id").asText()).isEqualTo(P);
        assertThat(status.at("/holder/since").isNull()).isTrue();
        assertThat(status.at("/service/verdict").asText()).isEqualTo("serves");
        assertThat(status.path("recordError").asText()).startsWith("GetItem: ");
        assertThat(status.path("history")).isEmpty();
        assertThat(status.at("/servers/1/ready").asBoolean()).isFalse();
    }

    @Test
    void saysWhatAnOrderWouldDoAndDoesNothing() throws Exception {
        var toTheStandby = new SwitchoverOrder(Role.STANDBY, "ann", true);
        assertThat(json(desk().answer(toTheStandby))).isEqualTo(json("""
                {"wouldMove": true, "message": "would move it to %s"}""".formatted(S)));

        sick.add(S);
        var refused = json(desk().answer(toTheStandby));
        assertThat(refused.path("wouldMove").asBoolean()).isFalse();
        assertThat(refused.path("message").asText()).startsWith("would keep it: refused: the witness sees");
        assertThat(ec2.changes()).isEmpty();
        assertThat(record.calls().subList(2, record.calls().size())).containsOnly("GetItem");
    }

    /** Two of the first three probes of the holder are lost, and two of any three in a row. */
    @Test
    void probesLongerBeforeItObeysAnOrderToAServerThatFails() {
        sick.add(S);
        var probes = new int[1];
        Function<Endpoint, Witness> losing = url -> () -> url.equals(SERVICE.endpoint()) && probes[0]++ % 2 == 0
                ? ProbeResult.failed("timeout", Reaction.SILENCE)
                : world.probe(url);

        var answer = controller(losing)
                .handle(
                        new SwitchoverOrder(Role.STANDBY, "ann", false),
                        "call-" + ++calls,
                        time.now().plusSeconds(165));

        assertThat(answer.message()).startsWith("kept: refused: the witness sees that standby ");
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void obeysAnOrderToAServerThatFailsOnceTheHolderHasFailedForLong() throws Exception {
        sick.add(P);
        sick.add(S);

        var dryRun = json(desk().answer(new SwitchoverOrder(Role.STANDBY, "ann", true)));
        assertThat(dryRun.path("wouldMove").asBoolean()).isTrue();

        assertThatThrownBy(() -> order(new SwitchoverOrder(Role.STANDBY, "ann", false)))
                .isInstanceOf(MoveFailed.class)
                .hasMessageStartingWith("serve failed");
        assertThat(ec2.holder()).contains(S);
    }

    @Test
    void tellsTheLogTheMetricsAndTheBusOfAMove() throws Exception {
        sick.add(P);
        handle(report(S));

        var line = line();
        assertThat(line.path("level").asText()).isEqualTo("INFO");
        assertThat(line.path("event").asText()).isEqualTo("moved");
        assertThat(line.path("Interface").asText()).isEqualTo(ENI);
        assertThat(line.path("Kind").asText()).isEqualTo("failover");
        assertThat(line.path("trigger").asText()).isEqualTo("report of " + S + " after 3 failures (silent)");
        assertThat(line.path("reason").asText()).isEqualTo("the observer reports it, and the witness agrees");
        assertThat(line.path("move")).isEqualTo(lastMove());
        assertThat(line.at("/observation/interface").asText()).isEqualTo("attached to " + P);
        assertThat(line.at("/observation/service").asText()).isEqualTo("FAILS");
        assertThat(line.at("/observation/servers/1").asText()).isEqualTo("standby " + S + " is running, is ready");
        assertThat(metrics(line))
                .containsOnlyKeys(
                        "Moves", "DetectTime", "DecideTime", "DetachTime", "AttachTime", "ServeTime", "Outage")
                .containsEntry("Moves", 1.0)
                .containsEntry("DetectTime", 3000.0)
                .containsEntry("Outage", lastMove().path("outageMilliseconds").asDouble());

        assertThat(events).containsOnlyKeys("Failover Pair Moved");
        var detail = event("Failover Pair Moved");
        assertThat(detail.path("interface").asText()).isEqualTo(ENI);
        assertThat(detail.path("means").asText())
                .isEqualTo(S + " now holds the floating interface: the observer reports it, and the witness agrees.");
        assertThat(detail.path("do").asText()).contains(P).endsWith("See: failover status");
        lastMove()
                .fieldNames()
                .forEachRemaining(name -> assertThat(detail.has(name)).as(name).isTrue());
    }

    @Test
    void tellsOfAMoveThatWasForcedThatItWasOverTime() throws Exception {
        sick.add(P);
        ec2.detachTakes(NEVER);
        handle(report(S));

        assertThat(line().path("level").asText()).isEqualTo("WARN");
        assertThat(metrics(line())).containsKeys("ForceTime", "OverTime", "Moves");
        assertThat(events).containsOnlyKeys("Failover Pair Moved");
    }

    @Test
    void tellsOfAMoveThatFailedAsOfAnAlertAndCountsItNotAsAMove() throws Exception {
        sick.add(P);
        ec2.after(ec2CallsUntilAttach(), () -> sick.add(S));

        assertThatThrownBy(() -> handle(report(S))).isInstanceOf(MoveFailed.class);

        assertThat(line().path("event").asText()).isEqualTo("failed");
        assertThat(metrics(line())).containsKey("OverTime").doesNotContainKeys("Moves", "Outage");
        assertThat(events).containsOnlyKeys("Failover Pair Alert");
        assertThat(event("Failover Pair Alert").path("means").asText()).contains(" failed: serve failed after 30.0 s");
    }

    @Test
    void tellsNothingBeforeTheInterfaceIsThereAndTheRecordWritten() {
        sick.add(P);
        var heard = new ArrayList<String>();
        events.clear();
        bus = (type, detail) -> heard.add(type + ", then with " + ec2.holder().orElse("nobody") + ", "
                + record.history(9).size() + " moves and the lease "
                + record.read().lease());

        handle(report(S));

        assertThat(heard).containsExactly("Failover Pair Moved, then with " + S + ", 1 moves and the lease null");
    }

    @Test
    void measuresEachMinute() throws Exception {
        handle(new Tick());
        assertThat(metrics(line()))
                .isEqualTo(Map.of(
                        "Holder", 1.0,
                        "CandidateReady", 1.0,
                        "Serving", 1.0,
                        "BothDown", 0.0,
                        "Tainted", 0.0,
                        "WitnessLatency", 0.0));
        assertThat(line().path("event").asText()).isEqualTo("measured");
        assertThat(lines).hasSize(1);

        lines.clear();
        ec2.attachedTo(S);
        sick.addAll(List.of(P, S));
        record.taint(P, time.now());
        handle(report(P));
        handle(new Tick());
        assertThat(metrics(json(lines.get(1))))
                .containsEntry("Holder", 2.0)
                .containsEntry("CandidateReady", 0.0)
                .containsEntry("Serving", 0.0)
                .containsEntry("BothDown", 1.0)
                .containsEntry("Tainted", 1.0)
                .doesNotContainKey("WitnessLatency");
    }

    @Test
    void measuresNoServiceThatItCannotSee() throws Exception {
        noWitness();
        handle(new Tick());
        assertThat(metrics(line())).doesNotContainKeys("Serving", "WitnessLatency");

        lines.clear();
        ec2.available();
        record.hold(new Hold(time.now().plusSeconds(60), "maintenance", "ops"));
        handle(new Tick());
        assertThat(metrics(json(lines.get(0)))).containsEntry("Holder", 0.0).containsEntry("Serving", 0.0);
    }

    @Test
    void tellsWhatItRefusesAndWhy() throws Exception {
        sick.add(P);
        record.hold(new Hold(time.now().plusSeconds(60), "maintenance", "ops"));
        handle(report(S));
        assertRefused("hold");

        record.endHold();
        handle(report(S));
        sick.clear();
        sick.add(S);
        lines.clear();
        handle(report(P));
        assertRefused("cool-down");

        policy = new Policy(
                FailoverSettings.ofDefaults().withCoolDown(Duration.ZERO).withFlapLimit(1));
        lines.clear();
        handle(report(P));
        assertThat(metrics(line())).containsOnlyKeys("Refused", "FlappingHeld");
        assertRefused("flapping");

        sick.add(P);
        ec2.servers().stop(P, Duration.ZERO);
        lines.clear();
        handle(new StateChange(P, "stopped", null));
        assertRefused("both-down");

        sick.remove(S);
        lines.clear();
        order(new SwitchoverOrder(Role.PRIMARY, "ann", false));
        assertRefused("not-ready");
    }

    @Test
    void keepsQuietWhenThereIsNothingToTell() {
        handle(new StateChange(P, "running", null));
        record.hold(new Hold(time.now().plusSeconds(60), "maintenance", "ops"));
        handle(new StateChange(S, "running", null));
        order(new SwitchoverOrder(Role.PRIMARY, "ann", false));

        assertThat(lines).isEmpty();
        assertThat(events).isEmpty();
    }

    @Test
    void tellsOfAnObserverThatIsAlone() throws Exception {
        handle(report(S));

        assertThat(line().path("event").asText()).isEqualTo("alert");
        assertThat(line().path("alert").asText()).isEqualTo("REPORT_CONTRADICTED");
        assertThat(line().has("_aws")).isFalse();
    }

    @Test
    void countsALeaseThatSomebodyElseHas() throws Exception {
        sick.add(P);
        record.beforeNext(
                "UpdateItem",
                () -> record.acquire("somebody", S, time.now(), time.now().plusSeconds(10)));

        handle(report(S));

        assertThat(metrics(json(lines.get(0)))).containsOnlyKeys("LeaseConflicts");
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void doesNothingDuringAHoldThatCameBetweenTheObservationAndTheLease() {
        sick.add(P);
        record.beforeNext("UpdateItem", () -> record.hold(new Hold(time.now().plusSeconds(60), "maintenance", "ops")));

        assertThat(handle(report(S)).message()).startsWith("kept: on hold until");
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void notesThatAWatchIsThere() {
        time.sleep(Duration.ofSeconds(7));
        desk().note(new Event.Heartbeat(S, "1f2e", time.now().plusSeconds(2), "2.13.0g", ""), Role.STANDBY);

        assertThat(record.read().heartbeats())
                .containsEntry(S, new LastHeartbeat(time.now(), "1f2e", Duration.ofSeconds(2), "2.13.0g", ""));
        assertThat(ec2.calls()).isEmpty();
    }

    /** Once, and again when they change: heartbeats come each minute. */
    @Test
    void alertsByNameOfUnitsThatHaveFailed() throws Exception {
        var sent = new ArrayList<Map<String, ?>>();
        bus = (type, detail) -> sent.add(detail);
        for (var failed : List.of("", "redis.service", "redis.service", "other.service", "")) {
            time.sleep(Duration.ofMinutes(1));
            desk().note(new Event.Heartbeat(P, "1f2e", time.now(), "2.13.0g", failed), Role.PRIMARY);
        }

        assertThat(sent.stream().map(detail -> String.valueOf(detail.get("means"))))
                .containsExactly(
                        "Units of failover-active.target failed on the primary " + P + ": redis.service.",
                        "Units of failover-active.target failed on the primary " + P + ": other.service.");
        assertThat(lines).hasSize(2).allMatch(line -> line.contains("\"alert\":\"UNIT_FAILED\""));
        assertThat(json(lines.get(0)).path("reason").asText())
                .isEqualTo("failed on the primary " + P + ": redis.service");
    }

    @Test
    void tellsInTheHistoryWhichUnitsHaveFailedOnTheNewHolder() {
        desk().note(new Event.Heartbeat(S, "1f2e", time.now(), "2.13.0g", "left-over.service"), Role.STANDBY);
        sick.add(P);
        assertThat(handle(report(S)).moved()).isTrue();

        assertThat(history().path("failedUnits").isNull())
                .as("before it was heard again")
                .isTrue();

        time.sleep(Duration.ofMinutes(1));
        desk().note(new Event.Heartbeat(P, "1f2e", time.now(), "2.13.0g", "other.service"), Role.PRIMARY);
        assertThat(history().path("failedUnits").isNull())
                .as("of the old holder")
                .isTrue();

        desk().note(new Event.Heartbeat(S, "1f2e", time.now(), "2.13.0g", "redis.service"), Role.STANDBY);
        assertThat(history().path("failedUnits").asText()).isEqualTo("redis.service");

        time.sleep(Duration.ofMinutes(1));
        desk().note(new Event.Heartbeat(S, "1f2e", time.now(), "2.13.0g", ""), Role.STANDBY);
        assertThat(history().path("failedUnits").isNull()).as("once they run").isTrue();
    }

    @Test
    void tellsOfNoUnitsWithoutAMove() throws Exception {
        desk().note(new Event.Heartbeat(P, "1f2e", time.now(), "2.13.0g", "redis.service"), Role.PRIMARY);

        assertThat(history()).isEqualTo(json("{\"history\": [], \"failedUnits\": null}"));
    }

    /** The heartbeat of a server that is becoming active comes before its units have had their time to start. */
    @Test
    void takesAHeartbeatFromBeforeTheEndOfTheMoveForNothing() {
        var began = Instant.parse("2026-03-01T12:00:00Z");
        var move = new Entry(
                "1",
                began,
                Kind.FAILOVER,
                "fails",
                "report",
                P,
                S,
                "serves",
                false,
                false,
                null,
                Map.of(
                        Step.DETECT, Duration.ofSeconds(3),
                        Step.DECIDE, Duration.ofSeconds(2),
                        Step.DETACH, Duration.ofSeconds(4),
                        Step.SERVE, Duration.ofSeconds(6)));
        assertThat(move.ended()).isEqualTo(began.plusSeconds(10));

        var early = new LastHeartbeat(began.plusSeconds(10), "1f2e", Duration.ZERO, "", "redis.service");
        assertThat(Answers.history(List.of(move), Map.of(S, early)).failedUnits())
                .isNull();
        var late = new LastHeartbeat(began.plusMillis(10_001), "1f2e", Duration.ZERO, "", "redis.service");
        assertThat(Answers.history(List.of(move), Map.of(S, late)).failedUnits())
                .isEqualTo("redis.service");
    }

    /** A unit can fail while the address leaves, and the alert must not call that server the active one. */
    @Test
    void alertsByTheRoleOfTheServerWhereAUnitHasFailed() {
        var sent = new ArrayList<Map<String, ?>>();
        bus = (type, detail) -> sent.add(detail);

        desk().note(new Event.Heartbeat(S, "1f2e", time.now(), "2.13.0g", "redis.service"), Role.STANDBY);

        assertThat(sent)
                .singleElement()
                .satisfies(detail -> assertThat(detail.get("means"))
                        .isEqualTo("Units of failover-active.target failed on the standby " + S + ": redis.service."));
    }

    /** Lambda repeats a call that failed after a minute or two: a server may have died since. */
    @Test
    void ignoresAHeartbeatThatIsLate() {
        var sent = time.now();
        desk().note(new Event.Heartbeat(S, "1f2e", sent, "", ""), Role.STANDBY);
        time.sleep(Duration.ofMinutes(1));
        var before = record.read().heartbeats();

        assertThat(json(desk().note(new Event.Heartbeat(S, "1f2e", sent, "", ""), Role.STANDBY))
                        .path("heard")
                        .asBoolean())
                .isFalse();

        assertThat(record.read().heartbeats()).isEqualTo(before);
    }

    @Test
    void hearsAServerAgainWhoseClockWasSet() {
        desk().note(new Event.Heartbeat(S, "1f2e", time.now(), "", ""), Role.STANDBY);
        time.sleep(FunctionContract.LONGEST_WAIT);
        desk().note(new Event.Heartbeat(S, "1f2e", time.now().minusSeconds(3600), "", ""), Role.STANDBY);

        assertThat(record.read().heartbeats())
                .containsEntry(S, new LastHeartbeat(time.now(), "1f2e", Duration.ofHours(-1), "", ""));
    }

    /** Lambda would repeat a call that fails, and put it into the queue of unanswered ones. */
    @Test
    void letsAHeartbeatGoWhileTheRecordIsDown() {
        record.reachable(false);

        assertThat(json(desk().note(new Event.Heartbeat(S, "1f2e", time.now(), "", ""), Role.STANDBY))
                        .path("heard")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void holdsAndReleases() throws Exception {
        assertThat(json(desk().answer(new HoldOrder(Duration.ofHours(2), "kernel", "ann"))))
                .isEqualTo(json("""
                        {"hold": {"until": "%s", "reason": "kernel", "by": "ann"}}""".formatted(time.now().plus(Duration.ofHours(2)))));
        assertThat(record.read().hold()).isEqualTo(new Hold(time.now().plus(Duration.ofHours(2)), "kernel", "ann"));

        assertThat(json(desk().answer(new ReleaseOrder("ann")))).isEqualTo(json("{\"hold\": null}"));
        assertThat(record.read().hold()).isNull();
    }

    @Test
    void saysWhichServerDoesNotExistAndWhatToDo() {
        assertThat(status().path("missing")).isEmpty();

        ec2.servers().terminate(S, Duration.ZERO);

        assertThat(status().at("/missing/0/role").asText()).isEqualTo("standby");
        assertThat(status().at("/missing/0/remedy").asText()).contains("deploy with -c standbyGeneration=N");
        assertThat(failed(preflight()))
                .anySatisfy(line -> assertThat(line)
                        .startsWith(
                                "servers: the standby does not exist; rebuild it: deploy with -c standbyGeneration=N"));
        sick.add(P);
        assertThat(handle(new Tick()).message())
                .contains("no server can take over")
                .contains("the standby does not exist");
        assertThat(order(new SwitchoverOrder(Role.STANDBY, "ann", false)).message())
                .isEqualTo("kept: refused: the standby does not exist");
    }

    /** The number of the call that attaches, found by an undisturbed run. */
    /** The holder has had its time to serve. */
    private void noWitness() {
        witness = false;
        time.sleep(Deadlines.DEFAULT.of(Step.SERVE));
    }

    private int ec2CallsUntilAttach() {
        var trial = new ControllerTest();
        trial.sick.addAll(sick);
        trial.handle(report(S));
        return 1 + trial.ec2.calls().indexOf("AttachNetworkInterface to " + S + " at 0/1");
    }

    private Report report(String observer) {
        return new Report(observer, 3, "silent", Duration.ofSeconds(3), time.now());
    }

    private MoveAnswer handle(Trigger trigger) {
        return handle(trigger, world::witness);
    }

    private MoveAnswer handle(Trigger trigger, Function<Endpoint, Witness> witnesses) {
        return controller(witnesses)
                .handle(trigger, "call-" + ++calls, time.now().plusSeconds(165));
    }

    private MoveAnswer order(SwitchoverOrder order) {
        return controller(world::witness)
                .handle(order, "call-" + ++calls, time.now().plusSeconds(165));
    }

    private void assertRefused(String reason) throws JsonProcessingException {
        assertThat(line().path("event").asText()).isEqualTo("refused");
        assertThat(line().path("Reason").asText()).isEqualTo(reason);
        assertThat(metrics(line())).containsEntry("Refused", 1.0);
        assertThat(line().has("observation")).isTrue();
    }

    /** The only line of the log for machines. */
    private JsonNode line() throws JsonProcessingException {
        assertThat(lines).hasSize(1);
        return json(lines.get(0));
    }

    private JsonNode event(String type) {
        return json(requireNonNull(events.get(type)));
    }

    private static Map<String, Double> metrics(JsonNode line) {
        return line.at("/_aws/CloudWatchMetrics")
                .valueStream()
                .map(directive -> directive.at("/Metrics/0/Name").asText())
                .collect(toMap(name -> name, name -> line.path(name).asDouble()));
    }

    private JsonNode status() {
        return json(desk().answer(new StatusOrder()));
    }

    private JsonNode history() {
        return json(desk().answer(new HistoryOrder(9)));
    }

    private JsonNode lastMove() {
        return json(desk().answer(new HistoryOrder(1))).at("/history/0");
    }

    private JsonNode preflight() {
        return json(desk().answer(new PreflightOrder()));
    }

    private static List<String> failed(JsonNode preflight) {
        assertThat(preflight.path("ready").asBoolean()).isFalse();
        return preflight
                .path("checks")
                .valueStream()
                .filter(check -> check.path("state").asText().equals("fail"))
                .map(check -> check.path("name").asText() + ": "
                        + check.path("detail").asText())
                .toList();
    }

    /** As it reads once it has been written: numbers without the width that Java gave them. */
    private static JsonNode json(Object answer) {
        try {
            return json(FunctionJson.MAPPER.writeValueAsString(answer));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode json(String text) throws JsonProcessingException {
        return new ObjectMapper().readTree(text);
    }

    private OperatorQueries desk() {
        var pair = pair(world::witness);
        var failover = settings().failover();
        return new OperatorQueries(
                settings(), new Controller(failover, pair), new PreflightCheck(failover, pair), pair);
    }

    private Controller controller(Function<Endpoint, Witness> witnesses) {
        return new Controller(settings().failover(), pair(witnesses));
    }

    private FunctionSettings settings() {
        return new FunctionSettings(
                ENI,
                SimulatedEc2.STACK,
                "table",
                witness ? service : null,
                policy.settings().withFencing(fencing));
    }

    private Collaborators pair(Function<Endpoint, Witness> witnesses) {
        return Collaborators.of(ENI, settings().service(), world.dependencies(witnesses, bus));
    }
}
