package io.enifailover.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.enifailover.controller.PairRecord.Acquired;
import io.enifailover.controller.PairRecord.Lease;
import io.enifailover.controller.PairRecord.Memory;
import io.enifailover.controller.Policy.Decision;
import io.enifailover.controller.Server.Verdict;
import io.enifailover.controller.Simulation.Bugs;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import net.jqwik.api.Example;

/** The simulation finds what it is there to find. */
class PlantedBugsTest {
    private static final int HISTORIES = 3000;
    private static final Policy POLICY = new Policy(Invariants.COOL_DOWN, Invariants.FLAP_LIMIT, null);

    @Example
    void findsADetachThatChecksNoAttachmentId() {
        var bugs = new Bugs(null, UnaryOperator.identity(), true, false);

        assertThat(found(bugs)).contains("asked to detach");
    }

    @Example
    void findsALeaseThatIsAlwaysGranted() {
        var bugs = new Bugs(null, PlantedBugsTest::granting, false, false);

        assertThat(found(bugs)).contains("has the lease too");
    }

    @Example
    void findsAMoveToACandidateThatNobodyHasChecked() {
        var bugs = new Bugs(PlantedBugsTest::unchecked, UnaryOperator.identity(), false, false);

        assertThat(found(bugs)).contains("which does not serve, while another does");
    }

    @Example
    void findsAToggleInPlaceOfALook() {
        var bugs = new Bugs(PlantedBugsTest::toggle, UnaryOperator.identity(), false, false);

        assertThat(found(bugs)).containsAnyOf("which serves", "moves a second time");
    }

    @Example
    void findsACoolDownThatIsIgnored() {
        var bugs = new Bugs(null, UnaryOperator.identity(), false, true);

        assertThat(found(bugs)).containsAnyOf("within the cool-down", "within the hour");
    }

    /** The first violation in some thousand histories, with its timeline. */
    private static String found(Bugs bugs) {
        var random = new Random(1);
        var plans = SimulationTest.plansOf().generator(HISTORIES);
        for (int i = 0; i < HISTORIES; i++) {
            try {
                Simulation.run(plans.next(random).value(), bugs);
            } catch (AssertionError e) {
                var words = String.valueOf(e.getMessage());
                System.out.printf(
                        "planted, and found in history %,d: %s%n",
                        i + 1, words.lines().findFirst().orElse(""));
                return words;
            }
        }
        return "nothing in " + HISTORIES + " histories";
    }

    /** Takes it for granted that every server serves. */
    private static Decision unchecked(Observation seen) {
        return POLICY.decide(new Observation(
                seen.now(),
                seen.floating(),
                seen.servers().stream()
                        .map(server -> server.seen(Verdict.SERVES))
                        .toList(),
                seen.service(),
                seen.latency(),
                seen.reporter(),
                seen.memory(),
                seen.recordError(),
                seen.addressLost()));
    }

    /** Takes each report for an order to go to the other server, and looks at nothing. */
    private static Decision toggle(Observation seen) {
        if (seen.reporter() == null || seen.holder().isEmpty()) {
            return POLICY.decide(seen);
        }
        var other = seen.servers().stream()
                .filter(server -> !seen.holder().get().equals(server))
                .map(Server::id)
                .findFirst();
        return unchecked(new Observation(
                seen.now(),
                seen.floating(),
                seen.servers(),
                Verdict.FAILS,
                null,
                other.orElse(null),
                seen.memory(),
                seen.recordError(),
                seen.addressLost()));
    }

    private static PairRecord granting(PairRecord record) {
        return (PairRecord) Proxy.newProxyInstance(
                PlantedBugsTest.class.getClassLoader(),
                new Class<?>[] {PairRecord.class},
                (proxy, method, arguments) -> {
                    try {
                        var result = method.invoke(record, arguments);
                        return result instanceof Optional<?> lease && lease.isEmpty()
                                ? Optional.of(new Acquired(
                                        new Lease(
                                                (String) arguments[0],
                                                (String) arguments[1],
                                                (Instant) arguments[3],
                                                0),
                                        Memory.EMPTY))
                                : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
