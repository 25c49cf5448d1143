package io.enifailover.controller;

import io.enifailover.controller.Plan.Fault;
import io.enifailover.controller.Plan.Kind;
import io.enifailover.controller.Simulation.Bugs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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

    @Property(edgeCases = EdgeCasesMode.NONE)
    void holdsItsInvariants(@ForAll("plans") Plan plan) {
        var result = Simulation.run(plan, Bugs.NONE);
        HISTORIES.incrementAndGet();
        STEPS.addAndGet(result.steps());
        CALLS.addAndGet(result.calls());
        MOVES.addAndGet(result.moves());
        slowest = result.recovered().compareTo(slowest) > 0 ? result.recovered() : slowest;
    }

    /** Its server was stopped by a move whose record could not be written, and nobody started it again. */
    @Example
    void startsAServerAgainThatAMoveHasStopped() {
        Simulation.run(
                Plan.of("0 failback fencing, nginx_dead primary 4+57, replaced standby 1+1, table_down primary 1+18,"
                        + " nginx_dead standby 3+0"),
                Bugs.NONE);
    }

    /** Moves without a lease stopped each other's new holder. */
    @Example
    void stopsNoOldHolderWithoutTheRecord() {
        Simulation.run(
                Plan.of("0 failback fencing, replaced standby 2+1, table_down primary 1+58, never_usable primary 21+0"),
                Bugs.NONE);
    }

    /** A report from before another call's move counted as proof that its server serves. */
    @Example
    void forgetsAReportOnceSomebodyElseHasMoved() {
        Simulation.run(
                Plan.of("23 failback, nginx_flaps primary 5+103, attach_stuck primary 45+57, ec2_silent primary 20+78,"
                        + " order primary 51+1"),
                Bugs.NONE);
    }

    /** The table went down just before a fencing: the old holder was stopped, and nobody knew that it had to be started. */
    @Example
    void stopsNoOldHolderWhoseTaintIsNotWrittenDown() {
        Simulation.run(
                Plan.of("0 failback fencing, nginx_dead primary 1+1, nginx_dead primary 3+4, nginx_flaps primary 1+1,"
                        + " table_down primary 11+9, stopped standby 12+0"),
                Bugs.NONE);
    }

    @AfterContainer
    static void report() {
        System.out.printf(
                "simulation: %,d histories, %,d steps, %,d calls, %,d moves, slowest recovery %s%n",
                HISTORIES.get(), STEPS.get(), CALLS.get(), MOVES.get(), slowest);
    }

    @Provide
    Arbitrary<Plan> plans() {
        return plansOf();
    }

    static Arbitrary<Plan> plansOf() {
        var role = Arbitraries.of(Role.class);
        var fault = Combinators.combine(
                        Arbitraries.of(Kind.class),
                        role,
                        Arbitraries.integers().between(1, 300),
                        Arbitraries.integers().between(1, 180))
                .as(Fault::new);
        var lasting = Combinators.combine(
                        Arbitraries.of(Kind.class).filter(Kind::canLast),
                        role,
                        Arbitraries.integers().between(1, 300))
                .as((kind, whose, start) -> new Fault(kind, whose, start, Fault.LASTING));
        return Combinators.combine(
                        Arbitraries.longs(),
                        Arbitraries.integers().between(0, 5).map(n -> n == 0),
                        Arbitraries.integers().between(0, 3).map(n -> n == 0),
                        fault.list().ofMinSize(1).ofMaxSize(6),
                        lasting.list().ofMaxSize(1))
                .as((seed, failback, fencing, faults, last) -> {
                    var all = new ArrayList<>(faults);
                    all.addAll(last);
                    return new Plan(seed, failback, fencing, all);
                });
    }
}
