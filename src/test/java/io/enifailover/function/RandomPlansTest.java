package io.enifailover.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enifailover.function.Invariant.Violation;
import io.enifailover.protocol.Role;
import io.enifailover.simulation.FaultKind;
import io.enifailover.simulation.Plan;
import io.enifailover.simulation.Plan.Fault;
import io.enifailover.simulation.Plan.Option;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RandomPlansTest {
    private static final Duration HALF_A_MINUTE = Duration.ofSeconds(30);

    @Test
    void areTheSameForTheSameSeed() {
        assertThat(plans(7)).isEqualTo(plans(7)).isNotEqualTo(plans(8)).doesNotHaveDuplicates();
    }

    @Test
    void containEveryKindOfFaultAndEveryOption() {
        assertThat(plans(7).stream().flatMap(plan -> plan.faults().stream()).map(Fault::kind))
                .contains(FaultKind.values());
        assertThat(plans(7).stream().flatMap(plan -> plan.options().stream()))
                .containsOnly(Option.FAILBACK, Option.FENCING, Option.NO_WITNESS, Option.SKEWED_CLOCKS);
        assertThat(plans(7).stream()
                        .flatMap(plan -> plan.faults().stream())
                        .filter(fault -> fault.length().isZero()))
                .isNotEmpty()
                .allMatch(fault -> Plan.canLast(fault.kind()));
    }

    @Test
    void containAnOptionThatIsAskedFor() {
        assertThat(Stream.generate(random(7).with(Option.STOP_FIRST)::next).limit(30))
                .allMatch(plan -> plan.has(Option.STOP_FIRST));
    }

    @Test
    void runsAsManyAsAreAskedFor() {
        var run = new ArrayList<Plan>();

        random(7).check(25, run::add);

        assertThat(run).isEqualTo(plans(7).subList(0, 25));
    }

    @Test
    void reportsTheSimplestPlanThatFailsInTheSameWay() {
        var failing = failsFor(plan -> plan.has(Option.FENCING)
                && plan.faults().stream()
                        .anyMatch(fault -> fault.kind() == FaultKind.HUNG
                                && fault.role() == Role.STANDBY
                                && fault.length().compareTo(HALF_A_MINUTE) > 0));

        assertThatThrownBy(() -> random(7).check(1000, failing))
                .hasMessageContaining("Plan.of(\"calm fencing, hung standby 1+31\")")
                .hasCauseInstanceOf(Violation.class);
    }

    /** A plan that is simpler may fail for another reason, which would hide the one that was found. */
    @Test
    void keepsToTheInvariantThatWasBroken() {
        var first = random(7).next();
        assertThat(first.faults()).hasSizeGreaterThan(1);

        assertThatThrownBy(() -> random(7).check(1, plan -> {
                    throw plan.faults().size() == first.faults().size()
                            ? new Violation(Invariant.COOLS_DOWN, "as many")
                            : new Violation(Invariant.ONE_MOVER, "fewer");
                }))
                .cause()
                .isInstanceOfSatisfying(
                        Violation.class, e -> assertThat(e.invariant()).isEqualTo(Invariant.COOLS_DOWN));
    }

    @Test
    void reportsAPlanThatCanBeReadAgain() {
        for (var plan : plans(7)) {
            assertThat(Plan.of(plan.toString())).isEqualTo(plan);
        }
    }

    private static Consumer<Plan> failsFor(Predicate<Plan> condition) {
        return plan -> {
            if (condition.test(plan)) {
                throw new Violation(Invariant.COOLS_DOWN, "planted");
            }
        };
    }

    private static List<Plan> plans(long seed) {
        return Stream.generate(random(seed)::next).limit(300).toList();
    }

    private static RandomPlans random(long seed) {
        return new RandomPlans(seed, FaultKind.values());
    }
}
