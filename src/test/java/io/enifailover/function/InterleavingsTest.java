package io.enifailover.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enifailover.function.Decision.MoveTo;
import io.enifailover.function.InterfaceState.Held;
import io.enifailover.function.InterfaceState.Status;
import io.enifailover.function.Move.Outcome;
import io.enifailover.function.Move.Outcome.Done;
import io.enifailover.function.Move.Outcome.Superseded;
import io.enifailover.function.Observation.Evidence;
import io.enifailover.protocol.Fencing;
import io.enifailover.protocol.Role;
import io.enifailover.simulation.Baton;
import io.enifailover.simulation.Baton.RealTime;
import io.enifailover.simulation.ScriptedEc2;
import io.enifailover.simulation.ScriptedRecord;
import io.enifailover.simulation.SimulatedEc2;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two moves of the same interface at the same time, with every order in which their first calls can come. */
class InterleavingsTest {
    /** For how many calls of the two, to EC2 and the record, every order is tried; after that nobody interrupts the other. */
    private static final int DEPTH = 14;

    private static final String A = "i-a";
    private static final String B = "i-b";
    private static final String C = "i-c";

    @Test
    void twoMovesToTheSameServerAreOne() {
        every("two failovers with a lease", choices -> new Moves(choices, true, true, B, B).check());
    }

    @Test
    void twoMovesToTheSameServerAreOneWithoutTheRecord() {
        every("two failovers without a lease", choices -> new Moves(choices, false, true, B, B).check());
    }

    @Test
    void ofTwoMovesToDifferentServersOneGivesWay() {
        every("two targets with a lease", choices -> new Moves(choices, true, true, B, C).check());
    }

    @Test
    void ofTwoMovesToDifferentServersOneGivesWayWithoutTheRecord() {
        every("two targets without a lease", choices -> new Moves(choices, false, true, B, C).check());
    }

    @Test
    void findsADetachThatChecksNoAttachmentId() {
        assertThatThrownBy(() -> every("no attachment id", choices -> new Moves(choices, false, false, B, C).check()))
                .hasMessageContaining("DetachNetworkInterface eni-attach-1");
    }

    private interface Run {
        void run(Choices choices);
    }

    /** Which of the two goes on, each time that both can: 0, whoever was at work; 1, the other. */
    private static final class Choices implements Baton.Turns {
        private final List<Integer> taken = new ArrayList<>();
        private int next;

        @Override
        public int next(List<Instant> wakes) {
            var atWork = wakes.size() - 1;
            if (wakes.size() < 2 || next == DEPTH) {
                return atWork;
            }
            if (next == taken.size()) {
                taken.add(0);
            }
            return atWork - taken.get(next++);
        }

        /** Goes on to the next order; false: there is none. */
        boolean advance() {
            next = 0;
            while (!taken.isEmpty() && taken.get(taken.size() - 1) == 1) {
                taken.remove(taken.size() - 1);
            }
            return !taken.isEmpty() && taken.set(taken.size() - 1, 1) == 0;
        }

        @Override
        public String toString() {
            return taken.toString();
        }
    }

    private static void every(String words, Run run) {
        var choices = new Choices();
        var runs = 0;
        do {
            run.run(choices);
            runs++;
        } while (choices.advance());
        System.out.printf("interleavings: %s: %,d orders of the first %d calls%n", words, runs, DEPTH);
    }

    /** Two moves that were decided on the same observation. */
    private static final class Moves {
        private final Choices choices;
        private final Baton baton;
        private final ScriptedEc2 ec2;
        private final List<String> done = new ArrayList<>();
        private final List<Outcome> results = new ArrayList<>();
        private final boolean same;
        private int moves;

        Moves(Choices choices, boolean lease, boolean checksAttachments, String first, String second) {
            this.choices = choices;
            same = first.equals(second);
            baton = new Baton(choices, RealTime.NONE);
            var time = new Stepping();
            ec2 = new ScriptedEc2(time)
                    .with(A, Role.PRIMARY)
                    .with(B, Role.STANDBY)
                    .with(C, Role.STANDBY)
                    .attachedTo(A)
                    .gate(new SimulatedEc2.Gate() {
                        @Override
                        public void after(String call) {
                            done.add(call);
                        }
                    });
            if (!checksAttachments) {
                ec2.checksNoAttachment();
            }
            var record = new ScriptedRecord(time).reachable(lease);
            for (var target : List.of(first, second)) {
                var mover = new Mover(
                        new FloatingEni(ec2, SimulatedEc2.ENI),
                        new PairServers(ec2, SimulatedEc2.ENI, SimulatedEc2.STACK),
                        record,
                        new Telemetry(
                                SimulatedEc2.ENI,
                                new Journal(SimulatedEc2.ENI, line -> {}, time),
                                (type, detail) -> {}),
                        time);
                moves++;
                var name = "move " + moves + " to " + target;
                baton.start(
                        name,
                        Duration.ZERO,
                        () -> results.add(mover.move(
                                new MoveRequest(
                                        new Invocation(name, "a test", time.now(), Instant.MAX),
                                        new MoveTo(target, Kind.FAILOVER, "a failure"),
                                        onA(time.now()),
                                        null,
                                        Fencing.NONE,
                                        recorded -> new MoveTo(target, Kind.FAILOVER, "a failure")),
                                Deadlines.DEFAULT,
                                ec2.witness(Duration.ZERO))));
            }
        }

        private static Observation onA(Instant now) {
            return new Observation(
                    now,
                    new Held("eni-attach-1", A, Status.ATTACHED),
                    null,
                    List.of(),
                    Server.Verdict.FAILS,
                    Evidence.CLEAR,
                    null,
                    null,
                    PairRecord.PairState.EMPTY,
                    null,
                    false,
                    false);
        }

        void check() {
            baton.run();
            var changes =
                    done.stream().filter(call -> !call.startsWith("Describe")).toList();
            assertThat(changes).as("%s: %s", choices, done).hasSize(2);
            assertThat(changes.get(0)).isEqualTo("DetachNetworkInterface eni-attach-1");
            assertThat(ec2.holder()).isPresent().get().isNotEqualTo(A);
            assertThat(results).hasSize(2).hasAtLeastOneElementOfType(Done.class);
            if (!same) {
                assertThat(results).hasAtLeastOneElementOfType(Superseded.class);
            }
        }

        /** Hands the baton on at each call, which takes no time, and at nothing else. */
        private final class Stepping implements Time {
            @Override
            public Instant now() {
                return baton.now();
            }

            @Override
            public void sleep(Duration duration) {
                if (duration.isZero()) {
                    baton.sleep(duration);
                } else {
                    baton.pass(duration);
                }
            }
        }
    }
}
