package io.enifailover.function;

import static io.enifailover.simulation.SimulatedEc2.ENI;
import static io.enifailover.simulation.SimulatedEc2.NEVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.enifailover.function.Move.Outcome;
import io.enifailover.function.Move.Outcome.Done;
import io.enifailover.function.Move.Outcome.Superseded;
import io.enifailover.protocol.FunctionContract;
import io.enifailover.protocol.Role;
import io.enifailover.protocol.Step;
import io.enifailover.simulation.ScriptedEc2;
import io.enifailover.simulation.ScriptedEc2.Killed;
import io.enifailover.simulation.SimulatedEc2;
import io.enifailover.simulation.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;

class MoveTest {
    @Test
    void outlivesAnySingleCallWithItsLease() {
        var longest = Mover.RENEWAL.plus(FunctionContract.EC2_CALL).plus(Clients.IMPATIENT_CALL);

        assertThat(Mover.LEASE).isGreaterThan(longest.plusSeconds(1));
    }

    private static final String A = "i-0000000000000000a";
    private static final String B = "i-0000000000000000b";
    private static final String C = "i-0000000000000000c";
    private static final String DETACH_1 = "DetachNetworkInterface eni-attach-1";
    private static final String FORCE_1 = "DetachNetworkInterface eni-attach-1 by force";
    private static final String ATTACH_B = "AttachNetworkInterface to " + B + " at 0/1";
    private static final String STOP_A = "StopInstances " + A + " without its operating system";
    private static final Duration POLL = Deadlines.DEFAULT.poll();

    private final VirtualTime time = new VirtualTime();
    private final ScriptedEc2 ec2 =
            new ScriptedEc2(time).with(A, Role.PRIMARY).with(B, Role.STANDBY).with(C, Role.STANDBY);
    private @Nullable Witness witness = ec2.witness(Duration.ofMillis(200));

    private Move move() {
        return move(Deadlines.DEFAULT, () -> true);
    }

    private Move move(Deadlines deadlines, BooleanSupplier stillOurs) {
        return new Move(
                new FloatingEni(ec2, ENI), new PairServers(ec2, ENI, SimulatedEc2.STACK), time, deadlines, stillOurs);
    }

    private Outcome moveToB() {
        return move().to(B, witness);
    }

    private Done movedToB() {
        var done = (Done) moveToB();
        assertThat(ec2.holder()).contains(B);
        return done;
    }

    private boolean changesByMovingToB() {
        var move = move();
        move.to(B, witness);
        assertThat(ec2.holder()).contains(B);
        return move.changed();
    }

    private boolean changesByDetaching() {
        var move = move();
        assertThat(move.away()).isInstanceOf(Done.class);
        return move.changed();
    }

    private Outcome detach() {
        return move().away();
    }

    private MoveFailed failure() {
        return catchThrowableOfType(MoveFailed.class, this::moveToB);
    }

    @Test
    void movesFromOneServerToTheOtherAndSeesItServe() {
        ec2.attachedTo(A);

        var move = move();
        var done = move.to(B, witness);

        assertThat(move.changed()).isTrue();
        assertThat(ec2.holder()).contains(B);
        assertThat(done)
                .isEqualTo(new Done(
                        A,
                        B,
                        false,
                        true,
                        Map.of(
                                Step.OBSERVE, Duration.ZERO,
                                Step.DETACH, Duration.ofSeconds(2),
                                Step.ATTACH, Duration.ofSeconds(3),
                                Step.SERVE, Duration.ofMillis(200))));
        assertThat(ec2.changes()).containsExactly(DETACH_1, ATTACH_B);
    }

    @Test
    void attachesAnInterfaceThatIsAvailable() {
        assertThat(movedToB().from()).isNull();
        assertThat(ec2.changes()).containsExactly(ATTACH_B);
    }

    @Test
    void onlyVerifiesAnInterfaceThatIsThereAlready() {
        ec2.attachedTo(B);

        var move = move();
        var done = (Done) move.to(B, witness);

        assertThat(move.changed()).isFalse();
        assertThat(ec2.holder()).contains(B);
        assertThat(done).returns(null, Done::from).returns(true, Done::verified);
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void waitsForAnAttachmentThatIsUnderWay() {
        ec2.attachingTo(B);

        movedToB();

        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void waitsForADetachThatIsUnderWay() {
        ec2.attachedTo(A).detaching();

        assertThat(movedToB().from()).isEqualTo(A);
        assertThat(ec2.changes()).containsExactly(ATTACH_B);
    }

    @Test
    void attachesAgainWhenTheTargetItselfIsBeingLeft() {
        ec2.attachedTo(B).detaching();

        movedToB();

        assertThat(ec2.changes()).containsExactly(ATTACH_B);
    }

    @Test
    void takesTheInterfaceFromAServerThatIsStillAttachingIt() {
        ec2.attachingTo(A);

        movedToB();

        assertThat(ec2.holder()).contains(B);
        assertThat(ec2.changes()).contains(DETACH_1).doesNotContain(FORCE_1);
    }

    @Test
    void forcesTheSameAttachmentWhenADetachDoesNotEnd() {
        ec2.attachedTo(A).detachTakes(NEVER);

        var done = movedToB();

        assertThat(done.tainted()).isTrue();
        assertThat(done.phases())
                .containsEntry(Step.DETACH, Duration.ofSeconds(15))
                .containsEntry(Step.FORCE, Duration.ofSeconds(1));
        assertThat(ec2.changes()).containsExactly(DETACH_1, FORCE_1, ATTACH_B);
    }

    @Test
    void forcesADetachThatAnEarlierRunBegan() {
        ec2.detachTakes(NEVER).attachedTo(A).detaching();

        assertThat(movedToB().tainted()).isTrue();
        assertThat(ec2.changes()).containsExactly(FORCE_1, ATTACH_B);
    }

    @Test
    void stopsAServerWhichForceDoesNotRid() {
        ec2.attachedTo(A).detachTakes(NEVER).forceTakes(NEVER);

        var done = movedToB();

        assertThat(done.tainted()).isTrue();
        assertThat(done.phases())
                .containsEntry(Step.DETACH, Duration.ofSeconds(15))
                .containsEntry(Step.FORCE, Duration.ofSeconds(15))
                .containsEntry(Step.STOP, Duration.ofMillis(10_100));
        assertThat(ec2.changes().stream().distinct()).containsExactly(DETACH_1, FORCE_1, STOP_A, ATTACH_B);
        assertThat(ec2.changes()).containsOnlyOnce(STOP_A);
    }

    /** Nothing would start it again. */
    @Test
    void doesNotStopAServerUntilTheStopIsRecorded() {
        ec2.attachedTo(A).detachTakes(NEVER).forceTakes(NEVER);
        var recordIsBackAt = time.now().plusSeconds(40);
        var move = move().tainting(new Move.Taints() {
            @Override
            public boolean stopped(String serverId) {
                if (!time.now().isBefore(recordIsBackAt)) {
                    return true;
                }
                assertThat(ec2.changes()).doesNotContain(STOP_A);
                return false;
            }
        });

        move.to(B, witness);

        assertThat(ec2.changes()).contains(STOP_A);
        assertThat(ec2.holder()).contains(B);
    }

    /** EC2 does not answer until the time of the force has passed. */
    @Test
    void stopsNoServerBeforeItHasAskedForTheForce() {
        ec2.attachedTo(A).gate(new SimulatedEc2.Gate() {
            @Override
            public void before(String call) {
                if (ec2.calls().size() > 1 && time.elapsed().compareTo(Duration.ofSeconds(40)) < 0) {
                    time.sleep(Duration.ofSeconds(6));
                    throw ScriptedEc2.noAnswer();
                }
            }
        });

        assertThat(movedToB().phases()).containsKey(Step.STOP);

        assertThat(ec2.changes()).startsWith(DETACH_1, FORCE_1, STOP_A);
    }

    @Test
    void failsWhenTheStopDoesNotHelpEither() {
        ec2.attachedTo(A).detachTakes(NEVER).forceTakes(NEVER).stopTakes(NEVER);

        assertThat(failure())
                .hasMessage("stop failed after 40.0 s: not done, last seen: detaching from " + A
                        + " (eni-attach-1) while it is stopped")
                .returns(Step.STOP, MoveFailed::step);
        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(70));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UnauthorizedOperation", "RequestLimitExceeded"})
    void goesOnToDetachWhenEc2RefusesTheStop(String code) {
        ec2.attachedTo(A).detachTakes(NEVER).forceTakes(Duration.ofSeconds(20)).fails("StopInstances", code, 1);

        assertThat(movedToB().phases()).containsEntry(Step.STOP, Duration.ofSeconds(5));
        assertThat(ec2.servers().state(A)).isEqualTo(InstanceStateName.RUNNING);
    }

    @Test
    void fencesTheOldHolderOnceTheInterfaceHasLeftIt() {
        ec2.attachedTo(A);
        var move = move().fencing();

        var done = (Done) move.to(B, witness);

        assertThat(done.tainted()).isTrue();
        assertThat(ec2.changes()).containsExactly(DETACH_1, STOP_A, ATTACH_B);
    }

    @Test
    void movesThoughItCannotFence() {
        ec2.attachedTo(A).fails("StopInstances", "UnauthorizedOperation", 1);
        var move = move().fencing();

        assertThat(move.to(B, witness)).isInstanceOf(Done.class);
        assertThat(ec2.changes()).containsExactly(DETACH_1, STOP_A, ATTACH_B);
    }

    @Test
    void attachesOnlyOnceTheOldHolderHasStopped() {
        ec2.attachedTo(A).detachTakes(NEVER).gate(new SimulatedEc2.Gate() {
            @Override
            public void before(String call) {
                if (call.equals(ATTACH_B)) {
                    assertThat(ec2.servers().state(A)).isEqualTo(InstanceStateName.STOPPED);
                }
            }
        });

        var done = (Done) move().fencing().stoppingFirst().to(B, witness);

        assertThat(done.tainted()).isTrue();
        assertThat(done.phases()).doesNotContainKeys(Step.DETACH, Step.FORCE);
        assertThat(done.phases().get(Step.STOP)).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(11));
        assertThat(ec2.changes()).containsExactly(STOP_A, DETACH_1, ATTACH_B);
    }

    @Test
    void attachesToNobodyWhileTheOldHolderDoesNotStop() {
        ec2.attachedTo(A).stopTakes(NEVER);

        assertThatThrownBy(() -> move().fencing().stoppingFirst().to(B, witness))
                .isInstanceOf(MoveFailed.class)
                .hasMessage("stop failed after 70.0 s: not done, last seen: stopping " + A);
        assertThat(ec2.changes()).containsExactly(STOP_A);
    }

    @Test
    void waitsForAHolderThatSomebodyElseStopsBeforeItAttaches() {
        ec2.attachedTo(A).servers().stop(A, Duration.ofSeconds(20));

        var done = (Done) move().fencing().stoppingFirst().to(B, witness);

        assertThat(done.tainted()).isFalse();
        assertThat(done.phases().get(Step.STOP)).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(21));
        assertThat(ec2.changes()).containsExactly(DETACH_1, ATTACH_B);
    }

    /** The interface has left it, and something may go on to run there. */
    @Test
    void waitsForTheStopThoughTheInterfaceIsFree() {
        ec2.attachedTo(A).detaching();

        var done = (Done) move().fencing().stoppingFirst().to(B, witness);

        assertThat(done.phases().get(Step.STOP)).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(11));
        assertThat(ec2.changes()).containsExactly(STOP_A, ATTACH_B);
    }

    @Test
    void attachesOnceTheOldHolderIsTerminated() {
        ec2.attachedTo(A).detaching().servers().terminate(A, Duration.ofSeconds(20));

        var done = (Done) move().fencing().stoppingFirst().to(B, witness);

        assertThat(done.phases().get(Step.STOP)).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(21));
        assertThat(ec2.changes()).containsExactly(ATTACH_B);
    }

    @Test
    void stopsNoHolderThatLetsGoByItself() {
        ec2.attachedTo(A);

        var done = (Done) move().stoppingFirst().to(B, witness);

        assertThat(done.tainted()).isFalse();
        assertThat(ec2.changes()).containsExactly(DETACH_1, ATTACH_B);
    }

    @Test
    void stopsAHolderThatDoesNotLetGoAndForcesNothing() {
        ec2.attachedTo(A).detachTakes(NEVER).refusesToDetachWhileStopping();

        var done = (Done) move().stoppingFirst().to(B, witness);

        assertThat(done.tainted()).isTrue();
        assertThat(done.phases())
                .containsEntry(Step.DETACH, Duration.ofSeconds(15))
                .doesNotContainKey(Step.FORCE);
        assertThat(done.phases().get(Step.STOP)).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(11));
        assertThat(ec2.changes()).containsExactly(DETACH_1, STOP_A, ATTACH_B);
    }

    @Test
    void givesTheStopTheTimeOfTheForceThatItLeavesOut() {
        ec2.attachedTo(A).detachTakes(NEVER).stopTakes(NEVER);

        assertThatThrownBy(() -> move().stoppingFirst().to(B, witness))
                .isInstanceOf(MoveFailed.class)
                .hasMessageStartingWith("stop failed after 55.0 s: ");
        assertThat(ec2.changes()).containsExactly(DETACH_1, STOP_A);
    }

    /** EC2 does not answer until the time of the detach has passed. */
    @Test
    void stopsNoServerFirstBeforeItHasAskedForTheDetach() {
        ec2.attachedTo(A).gate(new SimulatedEc2.Gate() {
            @Override
            public void before(String call) {
                if (ec2.calls().size() > 1 && time.elapsed().compareTo(Duration.ofSeconds(20)) < 0) {
                    time.sleep(Duration.ofSeconds(6));
                    throw ScriptedEc2.noAnswer();
                }
            }
        });

        move().stoppingFirst().to(B, witness);

        assertThat(ec2.changes().stream().distinct()).startsWith(DETACH_1);
        assertThat(ec2.holder()).contains(B);
    }

    @Test
    void asksAgainForTheStopThatEc2RefusesForTheMoment() {
        ec2.attachedTo(A).fails("StopInstances", "RequestLimitExceeded", 2);

        assertThat(((Done) move().fencing().stoppingFirst().to(B, witness)).tainted())
                .isTrue();
        assertThat(ec2.changes()).containsExactly(STOP_A, STOP_A, STOP_A, DETACH_1, ATTACH_B);
    }

    @Test
    void asksAgainForTheStopThatEc2HasNotAnswered() {
        ec2.attachedTo(A).doesNotAnswer("StopInstances", 1);

        assertThat(((Done) move().fencing().stoppingFirst().to(B, witness)).tainted())
                .isTrue();
        assertThat(ec2.changes()).containsExactly(STOP_A, STOP_A, DETACH_1, ATTACH_B);
    }

    @Test
    void failsAtOnceWhereItMayNotStopTheHolderFirst() {
        ec2.attachedTo(A).fails("StopInstances", "UnauthorizedOperation", 1);

        assertThatThrownBy(() -> move().fencing().stoppingFirst().to(B, witness))
                .isInstanceOf(MoveFailed.class)
                .hasMessageContaining("StopInstances: UnauthorizedOperation");
        assertThat(ec2.changes()).containsExactly(STOP_A);
    }

    @Test
    void stopsNobodyFirstWhileEc2DoesNotShowTheHolder() {
        ec2.attachedTo(A).hides(Duration.ofSeconds(5), A);

        var done = (Done) move().fencing().stoppingFirst().to(B, witness);

        assertThat(done.phases().get(Step.STOP)).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(16));
    }

    /** Nothing would start it again. */
    @Test
    void attachesToNobodyWhileTheStopCannotBeRecorded() {
        ec2.attachedTo(A);
        var taints = new Move.Taints() {
            @Override
            public boolean stopped(String serverId) {
                return false;
            }
        };

        assertThatThrownBy(
                        () -> move().fencing().stoppingFirst().tainting(taints).to(B, witness))
                .isInstanceOf(MoveFailed.class);
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void takesBackTheNoteOfAStopFirstThatSomebodyElseMade() {
        ec2.attachedTo(A).before(3, () -> ec2.servers().stop(A, Duration.ofSeconds(20)));
        var taints = new WrittenTaints();

        var done = (Done) move().fencing().stoppingFirst().tainting(taints).to(B, witness);

        assertThat(done.tainted()).isFalse();
        assertThat(taints.lines).containsExactly("stopped " + A, "not stopped " + A);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void waitsUntilAHolderHasStoppedThatSomebodyElseStops(boolean refuses) {
        ec2.attachedTo(A).detachTakes(NEVER);
        if (refuses) {
            ec2.refusesToDetachWhileStopping();
        }
        ec2.servers().stop(A, Duration.ofSeconds(60));

        var done = movedToB();

        assertThat(done.tainted()).isFalse();
        assertThat(done.phases().get(Step.DETACH)).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(61));
        assertThat(done.phases()).doesNotContainKeys(Step.FORCE, Step.STOP);
        assertThat(ec2.changes()).containsOnly(DETACH_1, ATTACH_B);
    }

    @Test
    void givesAnAttachmentNoMoreTimeBecauseTheDetachHadToWait() {
        ec2.attachedTo(A).detachTakes(NEVER).attachTakes(NEVER).servers().stop(A, Duration.ofSeconds(60));

        assertThat(failure()).hasMessageStartingWith("attach failed after 30.0 s: ");
    }

    @Test
    void failsWhenAHolderDoesNotStopWithinTheTimeOfTheThreeSteps() {
        ec2.attachedTo(A).refusesToDetachWhileStopping().servers().stop(A, NEVER);

        assertThat(failure())
                .hasMessage("detach failed after 70.0 s: not done, last seen: DetachNetworkInterface: IncorrectState:"
                        + " The instance is stopping");
        assertThat(ec2.changes()).containsOnly(DETACH_1);
    }

    @Test
    void doesNotStopAServerAgainThatSomebodyStopsWhileItIsForced() {
        ec2.attachedTo(A)
                .detachTakes(NEVER)
                .forceTakes(NEVER)
                .after(100, () -> ec2.servers().stop(A, Duration.ofSeconds(20)));

        var done = movedToB();

        assertThat(done.phases()).containsKey(Step.FORCE);
        assertThat(ec2.changes()).doesNotContain(STOP_A);
    }

    @Test
    void escalatesWhereEc2DoesNotSayWhetherTheHolderIsStopping() {
        ec2.attachedTo(A).detachTakes(NEVER).fails("DescribeInstances", "Unavailable", 1);

        assertThat(movedToB().tainted()).isTrue();
    }

    @Test
    void stopsAHolderThatEc2RefusesToDetachUntilItHasStopped() {
        ec2.attachedTo(A).detachTakes(NEVER).forceTakes(NEVER).refusesToDetachWhileStopping();

        assertThat(movedToB().tainted()).isTrue();
        assertThat(ec2.changes()).containsOnlyOnce(STOP_A);
    }

    @Test
    void fencesNobodyWhoIsStoppingAlready() {
        ec2.attachedTo(A).servers().stop(A, Duration.ofSeconds(20));
        var move = move().fencing();

        var done = (Done) move.to(B, witness);

        assertThat(done.tainted()).isFalse();
        assertThat(ec2.changes()).containsExactly(DETACH_1, ATTACH_B);
    }

    @Test
    void doesNotFenceTheServerToWhichTheInterfaceReturns() {
        ec2.attachedTo(B).detaching();
        var move = move().fencing();

        move.to(B, witness);

        assertThat(ec2.changes()).containsExactly(ATTACH_B);
    }

    @Test
    void fencesNobodyWhereNobodyHeldIt() {
        var move = move().fencing();

        move.to(B, witness);

        assertThat(ec2.changes()).containsExactly(ATTACH_B);
    }

    @Test
    void givesWayOnceSomebodyElseHasBeenGivenTheMove() {
        ec2.attachedTo(A);
        var move = move(Deadlines.DEFAULT, () -> ec2.changes().isEmpty());

        assertThat(move.to(B, witness)).isEqualTo(new Superseded("whoever has the lease now"));
        assertThat(ec2.changes()).containsExactly(DETACH_1);
        assertThat(move.changed()).isTrue();
    }

    @Test
    void forcesNothingOnceTheLeaseIsLostWhileTheTaintIsWritten() {
        ec2.attachedTo(A).detachTakes(NEVER);
        var lost = new AtomicBoolean();
        var move = move(Deadlines.DEFAULT, () -> !lost.get()).tainting(new Move.Taints() {
            @Override
            public void forced(String serverId) {
                lost.set(true);
            }
        });

        assertThat(move.to(B, witness)).isInstanceOf(Superseded.class);
        assertThat(ec2.changes()).containsExactly(DETACH_1);
    }

    /** Whoever has the lease now may be taking it away already. */
    @Test
    void doesNotSayThatItHasArrivedOnceTheLeaseIsLost() {
        witness = null;
        ec2.attachedTo(A);
        var lost = new AtomicBoolean();
        ec2.gate(new SimulatedEc2.Gate() {
            @Override
            public void after(String call) {
                lost.set(lost.get() || ec2.holder().filter(B::equals).isPresent());
            }
        });

        assertThat(move(Deadlines.DEFAULT, () -> !lost.get()).to(B, witness)).isInstanceOf(Superseded.class);
    }

    @Test
    void writesATaintDownOnce() {
        ec2.attachedTo(A).detachTakes(NEVER).forceTakes(NEVER);
        var taints = new WrittenTaints();

        move().tainting(taints).to(B, witness);

        assertThat(taints.lines).containsExactly("forced " + A, "stopped " + A);
    }

    /** It has to stay stopped, though the listing did not show at the moment of the fencing that a person stops it. */
    @Test
    void takesBackTheRecordOfAStopThatWasUnderWayAlready() {
        ec2.attachedTo(A).hides(Duration.ofMinutes(1), A).servers().stop(A, Duration.ofSeconds(20));
        var taints = new WrittenTaints();

        var done = (Done) move().fencing().tainting(taints).to(B, witness);

        assertThat(taints.lines).containsExactly("stopped " + A, "not stopped " + A);
        assertThat(done.tainted()).isFalse();
        assertThat(ec2.changes()).containsExactly(DETACH_1, STOP_A, ATTACH_B);
    }

    /** A person who stops it later must find it stopped. */
    @Test
    void takesBackTheRecordOfAStopThatEc2RefusesAndKeepsItWithoutAnAnswer() {
        ec2.attachedTo(A).fails("StopInstances", "RequestLimitExceeded", 1);
        var refused = new WrittenTaints();
        assertThat(((Done) move().fencing().tainting(refused).to(B, witness)).tainted())
                .isFalse();
        assertThat(refused.lines).containsExactly("stopped " + A, "not stopped " + A);

        ec2.attachedTo(A).doesNotAnswer("StopInstances", 1);
        var unanswered = new WrittenTaints();
        assertThat(((Done) move().fencing().tainting(unanswered).to(B, witness)).tainted())
                .isTrue();
        assertThat(unanswered.lines).containsExactly("stopped " + A);
    }

    @Test
    void stopsAServerOnceThoughItWasStoppingAlready() {
        ec2.attachedTo(A).detachTakes(NEVER).forceTakes(NEVER).hides(Duration.ofHours(1), A);
        ec2.servers().stop(A, Duration.ofSeconds(50));
        var taints = new WrittenTaints();

        move().tainting(taints).to(B, witness);

        assertThat(taints.lines).containsExactly("forced " + A, "stopped " + A, "not stopped " + A);
        assertThat(ec2.changes()).containsOnlyOnce(STOP_A);
    }

    private static final class WrittenTaints implements Move.Taints {
        private final List<String> lines = new ArrayList<>();

        @Override
        public void forced(String serverId) {
            lines.add("forced " + serverId);
        }

        @Override
        public boolean stopped(String serverId) {
            return lines.add("stopped " + serverId);
        }

        @Override
        public void notStopped(String serverId) {
            lines.add("not stopped " + serverId);
        }
    }

    /** The SDK repeats a call that gets no answer, and what it repeats is refused if the first attempt had its effect. */
    @Test
    void knowsThatACallMayHaveHadItsEffectThoughItsRepetitionWasRefused() {
        ec2.before(2, () -> {
            ec2.attachedTo(B);
            throw SimulatedEc2.error("InvalidNetworkInterface.InUse", "Interface is in use");
        });
        assertThat(changesByMovingToB()).isTrue();

        var other = new MoveTest();
        other.ec2.attachedTo(A).before(2, () -> {
            other.ec2.available();
            throw SimulatedEc2.error("InvalidAttachmentID.NotFound", "The attachment does not exist");
        });
        assertThat(other.changesByDetaching()).isTrue();

        var both = new MoveTest();
        both.ec2.attachedTo(A).before(2, () -> {
            both.ec2.available();
            throw SimulatedEc2.error("InvalidAttachmentID.NotFound", "The attachment does not exist");
        });
        both.ec2.before(4, () -> {
            both.ec2.attachedTo(B);
            throw SimulatedEc2.error("InvalidNetworkInterface.InUse", "Interface is in use");
        });
        assertThat(both.changesByMovingToB()).isTrue();
    }

    /** EC2 shows the interface as available, as it was before somebody else attached it. */
    @Test
    void saysThatItChangedNothingWhereEc2ShowedAnAttachmentLate() {
        ec2.attachedTo(B);
        time.sleep(Duration.ofSeconds(5));
        ec2.showsLate(() -> ec2.calls().size() <= 2 ? Duration.ofSeconds(10) : Duration.ZERO);

        assertThat(changesByMovingToB()).isFalse();
        assertThat(ec2.changes()).containsExactly(ATTACH_B);
    }

    @Test
    void saysThatItChangedNothingWhereNothingWasToBeDone() {
        assertThat(changesByDetaching()).isFalse();

        ec2.attachingTo(B);
        assertThat(changesByMovingToB()).isFalse();
    }

    @Test
    void failsWhenAnAttachmentOfSomebodyElseDoesNotCome() {
        ec2.attachTakes(NEVER).attachingTo(B);

        assertThat(failure()).hasMessage("attach failed after 30.0 s: not done, last seen: attaching to " + B);
    }

    @Test
    void failsWhenAnAttachmentDoesNotCome() {
        ec2.attachTakes(NEVER);

        assertThat(failure()).hasMessage("attach failed after 30.0 s: not done, last seen: attaching to " + B);
        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void failsWhenTheNewHolderDoesNotServeForAttachedIsNotServing() {
        ec2.attachedTo(A);
        witness = () -> Witness.ProbeResult.passed(A, "HTTP 200 from " + A);

        assertThat(failure())
                .hasMessage("serve failed after 30.0 s: not done, last seen: attached to " + B
                        + ", the witness sees HTTP 200 from " + A);
        assertThat(ec2.holder()).contains(B);
    }

    @Test
    void saysThatItIsNotVerifiedWithoutAWitness() {
        witness = null;

        assertThat(movedToB().verified()).isFalse();
    }

    @Test
    void waitsForADeviceIndexThatIsStillBusy() {
        ec2.busyIndex(B, Duration.ofSeconds(5));

        assertThat(movedToB().phases()).containsEntry(Step.ATTACH, Duration.ofMillis(8100));
    }

    @Test
    void saysWhatKeepsTheDeviceIndexBusy() {
        ec2.busyIndex(B, NEVER);

        assertThat(failure())
                .hasMessage("attach failed after 30.0 s: not done, last seen: AttachNetworkInterface: "
                        + "InvalidParameterValue: already has an interface attached at device index '1'");
    }

    @Test
    void waitsForAnInterfaceThatEc2DoesNotShowYet() {
        ec2.missingFor(Duration.ofSeconds(2));

        movedToB();

        assertThat(ec2.changes()).containsExactly(ATTACH_B);
    }

    @Test
    void failsWhenTheInterfaceDoesNotExist() {
        ec2.missingFor(NEVER);

        assertThat(failure()).hasMessage("attach failed after 30.0 s: not done, last seen: not found");
    }

    @ParameterizedTest
    @CsvSource({
        "DescribeNetworkInterfaces, RequestLimitExceeded",
        "DescribeNetworkInterfaces, InternalError",
        "DetachNetworkInterface, IncorrectState",
        "DetachNetworkInterface, InvalidAttachmentID.NotFound",
        "DetachNetworkInterface, RequestLimitExceeded",
        "AttachNetworkInterface, IncorrectState",
        "AttachNetworkInterface, IncorrectInstanceState",
        "AttachNetworkInterface, InvalidNetworkInterface.InUse",
        "AttachNetworkInterface, InvalidParameterValue",
        "AttachNetworkInterface, Throttling",
        "AttachNetworkInterface, Unavailable",
        "AttachNetworkInterface, ServiceUnavailable"
    })
    void repeatsWhatCanSucceedAMomentLater(String call, String code) {
        ec2.attachedTo(A).fails(call, code, 5);

        movedToB();

        assertThat(time.elapsed()).isEqualTo(Duration.ofMillis(5200).plus(POLL.multipliedBy(5)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"DescribeNetworkInterfaces", "DetachNetworkInterface", "AttachNetworkInterface"})
    void repeatsACallThatGotNoAnswer(String call) {
        ec2.attachedTo(A).doesNotAnswer(call, 3);

        movedToB();
    }

    @ParameterizedTest
    @CsvSource({
        "DescribeNetworkInterfaces, UnauthorizedOperation, observe",
        "DetachNetworkInterface, UnauthorizedOperation, detach",
        "DetachNetworkInterface, OperationNotPermitted, detach",
        "DetachNetworkInterface, InvalidParameterValue, detach",
        "AttachNetworkInterface, UnauthorizedOperation, attach",
        "AttachNetworkInterface, AttachmentLimitExceeded, attach",
        "AttachNetworkInterface, InvalidInstanceID.NotFound, attach"
    })
    void failsAtOnceWhereNothingCanHeal(String call, String code, String step) {
        ec2.attachedTo(A).fails(call, code, 1);

        assertThat(failure())
                .hasMessageMatching("%s failed after \\d\\.\\d s: %s: %s: simulated".formatted(step, call, code));
        assertThat(ec2.calls().stream().filter(c -> c.startsWith(call)).count()).isOne();
    }

    @Test
    void neverDetachesAnAttachmentItDidNotObserve() {
        var usual = new MoveTest();
        usual.ec2.attachedTo(A);
        usual.moveToB();

        // Before any call of a usual move somebody else moves the interface to a third server.
        for (int call = 2; call <= usual.ec2.calls().size(); call++) {
            var test = new MoveTest();
            test.ec2.attachedTo(A).before(call, () -> test.ec2.attachedTo(C));

            var outcome = test.moveToB();

            assertThat(outcome).as("changed before call %d", call).isInstanceOf(Superseded.class);
            assertThat(test.ec2.holder()).contains(C);
            assertThat(test.ec2.changes()).isSubsetOf(DETACH_1, ATTACH_B);
        }
    }

    @Test
    void changesNothingThatSomebodyElseHasMovedSinceTheDecision() {
        var decided = new FloatingEni(ec2.attachedTo(A), ENI).observe().state();
        ec2.attachedTo(C);

        assertThat(move().unlessChangedSince(decided).to(B, witness))
                .isEqualTo(new Superseded("whoever made it attached to " + C));
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void givesWayToSomebodyWhoWasFasterToAttach() {
        ec2.before(2, () -> ec2.attachedTo(C));

        assertThat(moveToB()).isEqualTo(new Superseded("attached to " + C));
        assertThat(ec2.changes()).containsExactly(ATTACH_B);
    }

    @Test
    void givesWayToSomebodyWhoTakesTheInterfaceFromTheTarget() {
        ec2.attachedTo(B).before(2, ec2::detaching);

        assertThat(moveToB()).isInstanceOf(Superseded.class);
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void attachesWhatSomebodyElseHasDetached() {
        ec2.attachedTo(A).before(2, ec2::available);

        movedToB();

        assertThat(ec2.changes()).containsExactly(DETACH_1, ATTACH_B);
    }

    @ParameterizedTest
    @ValueSource(longs = {200, 1000, 5000})
    void isNotMisledByADescribeThatLagsBehind(long millis) {
        ec2.showsLate(() -> Duration.ofMillis(millis)).attachedTo(A);
        time.sleep(Duration.ofSeconds(6));

        movedToB();

        assertThat(ec2.changes()).containsOnly(DETACH_1, ATTACH_B);
    }

    @Test
    void isNotMisledByADescribeThatGoesBackAndForth() {
        var observations = new AtomicInteger();
        ec2.showsLate(() -> Duration.ofSeconds(observations.getAndIncrement() % 3))
                .attachedTo(A);
        time.sleep(Duration.ofSeconds(6));

        movedToB();

        assertThat(ec2.changes()).containsOnly(DETACH_1, ATTACH_B);
    }

    @Test
    void endsWithinTheSumOfItsDeadlines() {
        var almostStop = Deadlines.DEFAULT.of(Step.STOP).minus(POLL);
        var almostAttach = Deadlines.DEFAULT.of(Step.ATTACH).minus(POLL);
        ec2.attachedTo(A)
                .detachTakes(NEVER)
                .forceTakes(NEVER)
                .stopTakes(almostStop)
                .attachTakes(almostAttach);
        witness = ec2.witness(NEVER);

        assertThat(failure().step()).isEqualTo(Step.SERVE);
        assertThat(Deadlines.DEFAULT.overall()).isEqualTo(Duration.ofSeconds(130));
        assertThat(time.elapsed()).isBetween(Duration.ofSeconds(129), Duration.ofSeconds(130));
    }

    @Test
    void endsWithinTheSumOfItsDeadlinesWhenEc2DoesNotAnswer() {
        ec2.doesNotAnswer("DescribeNetworkInterfaces", 1000);

        assertThat(failure())
                .hasMessageStartingWith(
                        "observe failed after 130.0 s: out of time, last seen: DescribeNetworkInterfaces: ");
        assertThat(time.elapsed()).isEqualTo(Deadlines.DEFAULT.overall());
    }

    @Test
    void gainsNoTimeFromADescribeThatGoesBackAndForth() {
        var observations = new AtomicInteger();
        ec2.showsLate(() -> observations.getAndIncrement() % 2 == 0 ? Duration.ZERO : Duration.ofSeconds(20));
        witness = ec2.witness(NEVER);

        assertThat(failure()).returns(Step.SERVE, MoveFailed::step);
        assertThat(time.elapsed()).isBetween(Duration.ofSeconds(33), Duration.ofSeconds(34));
    }

    @ParameterizedTest
    @CsvSource({"15, 2", "25, 3", "35, 4"})
    void startsNoCallWhenItsTimeIsUp(int overall, int calls) {
        ec2.attachedTo(A).callTakes(Duration.ofSeconds(10));
        var deadlines = Deadlines.DEFAULT.withOverall(Duration.ofSeconds(overall));
        var move = move(deadlines, () -> true);

        assertThatThrownBy(() -> move.to(B, witness)).hasMessageContaining("out of time");
        assertThat(ec2.calls()).hasSize(calls);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void convergesWhenItWasKilledAtAnyCallAndRunsAgain(boolean detachIsStuck) {
        var kills = 0;
        for (int call = 1; ; call++) {
            for (var beforeItsEffect : new boolean[] {true, false}) {
                var test = new MoveTest();
                test.ec2.attachedTo(A).detachTakes(detachIsStuck ? NEVER : Duration.ofSeconds(2));
                Runnable kill = () -> {
                    throw new Killed();
                };
                if (beforeItsEffect) {
                    test.ec2.before(call, kill);
                } else {
                    test.ec2.after(call, kill);
                }
                try {
                    test.moveToB();
                    assertThat(kills).as("calls at which it died").isGreaterThan(40);
                    return;
                } catch (Killed e) {
                    kills++;
                }
                assertThat(test.movedToB().verified())
                        .as("killed at call %d", call)
                        .isTrue();
                assertThat(test.ec2.changes()).isSubsetOf(DETACH_1, FORCE_1, ATTACH_B);
                assertThat(test.ec2.changes().contains(FORCE_1)).isEqualTo(detachIsStuck);
            }
        }
    }

    @Test
    void acceptsThatACallWithoutAnAnswerMayHaveHadItsEffect() {
        ec2.attachedTo(A).after(2, () -> {
            throw ScriptedEc2.noAnswer();
        });

        movedToB();

        assertThat(ec2.changes()).containsExactly(DETACH_1, ATTACH_B);
    }

    @Test
    void detachesOnly() {
        ec2.attachedTo(A);

        assertThat((Done) detach())
                .returns(A, Done::from)
                .returns(null, Done::to)
                .returns(false, Done::tainted);
        assertThat(ec2.isAvailable()).isTrue();
        assertThat(ec2.changes()).containsExactly(DETACH_1);
    }

    @Test
    void detachesByForceAfterTheSameDeadline() {
        ec2.attachedTo(A).detachTakes(NEVER);

        assertThat((Done) detach()).returns(true, Done::tainted);
        assertThat(ec2.changes()).containsExactly(DETACH_1, FORCE_1);
    }

    @Test
    void detachesNothingWhereNothingIsAttached() {
        assertThat(detach()).isInstanceOf(Done.class);
        ec2.missingFor(NEVER);
        assertThat(detach()).isInstanceOf(Done.class);
        assertThat(ec2.changes()).isEmpty();
    }

    @Test
    void doesNotDetachWhatSomebodyElseHasAttachedSince() {
        ec2.attachedTo(A).before(3, () -> ec2.attachedTo(B));

        assertThat(detach()).isEqualTo(new Superseded("attached to " + B));
        assertThat(ec2.changes()).containsExactly(DETACH_1);
    }
}
