package io.enifailover.function;

import io.enifailover.function.Invariant.Violation;
import io.enifailover.protocol.Role;
import io.enifailover.simulation.FaultKind;
import io.enifailover.simulation.Plan;
import io.enifailover.simulation.Plan.Fault;
import io.enifailover.simulation.Plan.Option;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Random plans, the same ones for the same seed. */
final class RandomPlans {
    private static final int LATEST_START = 300;
    private static final int LONGEST = 180;
    private static final int MOST_FAULTS = 6;
    private static final int MOST_LASTING_FAULTS = 2;

    private final Random random;
    private final List<FaultKind> kinds;
    private final List<FaultKind> thatLast;
    private final EnumSet<Option> always = EnumSet.noneOf(Option.class);

    /** @param kinds what goes wrong */
    RandomPlans(long seed, FaultKind... kinds) {
        this.random = new Random(seed);
        this.kinds = List.of(kinds);
        this.thatLast = this.kinds.stream().filter(Plan::canLast).toList();
    }

    /** Adds an option to each plan. */
    RandomPlans with(Option option) {
        always.add(option);
        return this;
    }

    /**
     * Runs random plans.
     *
     * @param run throws an error if the plan fails
     * @throws AssertionError with a simple plan that fails in the same way as the first one that did
     */
    void check(int count, Consumer<Plan> run) {
        for (int i = 1; i <= count; i++) {
            var plan = next();
            var failure = failure(plan, run);
            if (failure.isPresent()) {
                var simple = simplified(
                        plan, simpler -> failure(simpler, run).filter(other -> isAlike(other, failure.get())));
                throw new AssertionError(
                        "history %,d of %,d fails, and so does%n  Plan.of(\"%s\")".formatted(i, count, simple),
                        failure(simple, run).orElseThrow());
            }
        }
    }

    Plan next() {
        var faults = new ArrayList<Fault>();
        for (int i = 1 + random.nextInt(MOST_FAULTS); i > 0; i--) {
            faults.add(Fault.of(oneOf(kinds), oneOf(List.of(Role.values())), upTo(LATEST_START), upTo(LONGEST)));
        }
        for (int i = thatLast.isEmpty() ? 0 : random.nextInt(MOST_LASTING_FAULTS + 1); i > 0; i--) {
            faults.add(Fault.of(oneOf(thatLast), oneOf(List.of(Role.values())), upTo(LATEST_START), 0));
        }
        return new Plan(random.nextLong(), options(), faults);
    }

    private Set<Option> options() {
        var options = EnumSet.copyOf(always);
        addOnceIn(6, Option.FAILBACK, options);
        addOnceIn(4, Option.FENCING, options);
        addOnceIn(6, Option.NO_WITNESS, options);
        addOnceIn(2, Option.SKEWED_CLOCKS, options);
        return options;
    }

    private void addOnceIn(int times, Option option, Set<Option> options) {
        if (random.nextInt(times) == 0) {
            options.add(option);
        }
    }

    /** Small numbers more often than large ones: what goes wrong at the same time finds more. */
    private int upTo(int most) {
        return 1 + (int) (most * Math.pow(random.nextDouble(), 2));
    }

    private <T> T oneOf(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** Leaves out, and begins earlier and ends sooner, what the failure does not need. */
    private static Plan simplified(Plan plan, Function<Plan, Optional<Throwable>> failure) {
        return simpler(plan)
                .filter(simpler -> failure.apply(simpler).isPresent())
                .findFirst()
                .map(simpler -> simplified(simpler, failure))
                .orElse(plan);
    }

    /** Plans with one thing less each, the greatest steps first. */
    private static Stream<Plan> simpler(Plan plan) {
        var calm = Stream.of(plan).filter(it -> it.seed() != null).map(it -> new Plan(null, it.options(), it.faults()));
        var fewerFaults = IntStream.range(0, plan.faults().size()).mapToObj(i -> with(plan, i, Stream.empty()));
        var fewerOptions = plan.options().stream().sorted().map(option -> without(option, plan));
        var smallerFaults = IntStream.range(0, plan.faults().size())
                .boxed()
                .flatMap(i -> smaller(plan.faults().get(i)).map(fault -> with(plan, i, Stream.of(fault))));
        return Stream.of(fewerFaults, calm, fewerOptions, smallerFaults).flatMap(Function.identity());
    }

    private static Plan without(Option option, Plan plan) {
        var options = EnumSet.copyOf(plan.options());
        options.remove(option);
        return new Plan(plan.seed(), options, plan.faults());
    }

    private static Plan with(Plan plan, int index, Stream<Fault> replacement) {
        var faults = plan.faults();
        var rest = Stream.concat(replacement, faults.subList(index + 1, faults.size()).stream());
        return new Plan(
                plan.seed(),
                plan.options(),
                Stream.concat(faults.subList(0, index).stream(), rest).toList());
    }

    private static Stream<Fault> smaller(Fault fault) {
        return Stream.concat(
                smaller(fault.length())
                        .map(length -> new Fault(fault.kind(), fault.role(), fault.start(), fault.cue(), length)),
                smaller(fault.start())
                        .map(start -> new Fault(fault.kind(), fault.role(), start, fault.cue(), fault.length())));
    }

    /** Whole seconds from one on; a fault that lasts stays one. */
    private static Stream<Duration> smaller(Duration duration) {
        return LongStream.iterate(duration.toSeconds() - 1, step -> step > 0, step -> step / 2)
                .mapToObj(duration::minusSeconds);
    }

    private static Optional<Throwable> failure(Plan plan, Consumer<Plan> run) {
        try {
            run.accept(plan);
            return Optional.empty();
        } catch (RuntimeException | AssertionError e) {
            return Optional.of(e);
        }
    }

    private static boolean isAlike(Throwable one, Throwable other) {
        return one.getClass() == other.getClass()
                && (!(one instanceof Violation violation) || violation.invariant() == ((Violation) other).invariant());
    }
}
