package io.enifailover.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enifailover.function.Decision.MoveTo;
import io.enifailover.function.Invariant.Violation;
import io.enifailover.function.Observation.Evidence;
import io.enifailover.function.PairRecord.Acquired;
import io.enifailover.function.PairRecord.Entry;
import io.enifailover.function.PairRecord.Lease;
import io.enifailover.function.PairRecord.PairState;
import io.enifailover.function.Server.Verdict;
import io.enifailover.function.Simulation.Bugs;
import io.enifailover.protocol.Fencing;
import io.enifailover.protocol.Hold;
import io.enifailover.protocol.Step;
import io.enifailover.simulation.FaultKind;
import io.enifailover.simulation.Plan;
import io.enifailover.simulation.ScriptedEc2;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each of these bugs breaks one invariant, and the simulation finds it by that invariant alone. */
class PlantedBugsTest {
    private static final int HISTORIES = 1000;
    private static final Set<String> ACQUIRE = Set.of("acquire", "acquireUnlessHeld");

    @Test
    void findsADetachThatChecksNoAttachmentId() {
        assertFound(Invariant.ENDS_THE_NAMED_ATTACHMENT, Bugs.NONE.checkingNoAttachment());
    }

    @Test
    void findsALeaseThatIsAlwaysGranted() {
        assertFound(
                Invariant.ONE_MOVER, Bugs.NONE.record(record -> answering(record, ACQUIRE, PlantedBugsTest::granted)));
    }

    @Test
    void findsAReportThatIsEnoughAlone() {
        assertFound(
                Invariant.KEEPS_A_SERVING_HOLDER,
                Bugs.NONE.decide(policy -> observation -> policy.apply(
                        observation.observer().isPresent() ? service(observation, Verdict.FAILS) : observation)));
    }

    /** Two lost probes at the floating address are not enough, if one at the holder's own address passes. */
    @Test
    void findsAReportThatNeedsNoClearEvidence() {
        assertFound(
                Invariant.KEEPS_A_SERVING_HOLDER,
                Bugs.NONE.decide(policy -> observation -> policy.apply(clear(observation))),
                FaultKind.PROBES_LOST,
                FaultKind.WATCH_BLIND);
    }

    @Test
    void findsAMoveToACandidateThatNobodyHasChecked() {
        assertFound(
                Invariant.PREFERS_A_SERVER_THAT_SERVES,
                Bugs.NONE.decide(policy -> observation -> policy.apply(unchecked(observation))));
    }

    @Test
    void findsATaintThatIsNotChecked() {
        assertFound(
                Invariant.AVOIDS_TAINTED_SERVERS,
                Bugs.NONE.decide(policy ->
                        observation -> policy.apply(recorded(observation, untainted(observation.recorded())))));
    }

    @Test
    void findsAHoldThatIsIgnored() {
        assertFound(
                Invariant.RESPECTS_HOLDS,
                Bugs.NONE
                        .decide(policy ->
                                observation -> policy.apply(recorded(observation, unheld(observation.recorded()))))
                        .record(PlantedBugsTest::takingUnderAHold));
    }

    @Test
    void findsACoolDownThatIsIgnored() {
        assertFound(
                Invariant.COOLS_DOWN,
                Bugs.NONE.policy(policy -> new Policy(policy.settings().withCoolDown(Duration.ZERO))));
    }

    @Test
    void findsAFlapLimitThatIsIgnored() {
        assertFound(
                Invariant.LIMITS_FLAPPING,
                Bugs.NONE.policy(policy -> new Policy(policy.settings().withFlapLimit(60))),
                Plan.of("calm, service_dead primary 5+90, service_dead standby 110+90, service_dead primary 215+90,"
                        + " service_dead standby 320+90"));
    }

    @Test
    void findsAStopThatIsNotWrittenDown() {
        assertFound(Invariant.RECORDS_A_STOP_FIRST, Bugs.NONE.record(record -> ignoring(record, "stopped")));
    }

    @Test
    void findsAFencingWithoutALease() {
        assertFound(Invariant.RECORDS_A_STOP_FIRST, Bugs.NONE.record(PlantedBugsTest::pretending));
    }

    @Test
    void findsAReportThatCountsBeforeTheHolderHadTimeToServe() {
        assertFound(
                Invariant.GIVES_A_NEW_HOLDER_TIME,
                Bugs.NONE.policy(policy -> new Policy(policy.settings()
                        .withDeadlines(policy.settings().deadlines().with(Step.SERVE, Duration.ofSeconds(1))))),
                Plan.of("calm no_witness, order standby 60+1, watch_blind primary 60+12"));
    }

    @Test
    void findsADetachByForceFromAMachineThatIsAlive() {
        assertFound(
                Invariant.GIVES_A_LIVE_HOLDER_TIME,
                Bugs.NONE.policy(policy -> new Policy(policy.settings()
                        .withDeadlines(policy.settings().deadlines().with(Step.DETACH, Duration.ofSeconds(4))))),
                Plan.of("calm, service_dead primary 5+90, detach_stuck primary 5+60"));
    }

    @Test
    void findsAFencingOnAReportAlone() {
        assertFound(
                Invariant.FENCES_ON_MORE_THAN_A_REPORT,
                Bugs.NONE.decide(policy -> observation -> fencing(policy.apply(observation))),
                Plan.of("calm no_witness fencing, watch_blind primary 40+3"));
    }

    @Test
    void findsAnAttachThatDoesNotWaitForTheStop() {
        assertFound(
                Invariant.NEVER_TWO_ACTIVE_SERVERS,
                Bugs.NONE.policy(policy -> new Policy(policy.settings().withFencing(Fencing.STOP))),
                Plan.of("calm stop_first, service_dead primary 5+60, detach_stuck primary 5+20"));
    }

    @Test
    void findsAStartOfWhatAPersonStopped() {
        assertFound(
                Invariant.STARTS_ONLY_WHAT_IT_STOPPED,
                Bugs.NONE.record(record -> answering(
                        record,
                        Set.of("read"),
                        (arguments, recorded) -> stoppedByUs((PairState) Objects.requireNonNull(recorded)))),
                FaultKind.HUNG,
                FaultKind.STOPPED);
    }

    @Test
    void findsAFailedTargetThatIsForgotten() {
        assertFound(
                Invariant.SERVES_IN_TIME,
                Bugs.NONE.record(record -> ignoring(record, "failedMove")),
                FaultKind.ATTACH_REFUSED,
                FaultKind.SERVICE_DEAD);
    }

    @Test
    void findsAnOrderThatCountsAsAnAutomaticMove() {
        assertFound(
                Invariant.COUNTS_EACH_MOVE_ONCE, Bugs.NONE.record(PlantedBugsTest::countingOrders), FaultKind.ORDER);
    }

    /** The record is down for as long as the lease lasts, and the next call takes it over before the first one asks again. */
    @Test
    void findsARefusedRenewalThatIsIgnored() {
        assertFound(
                Invariant.KEEPS_TO_ITS_LEASE,
                Bugs.NONE.record(PlantedBugsTest::keepingARefusedLease),
                Plan.of("calm, service_dead primary 5+60, detach_stuck primary 5+40, table_down primary 6.5+9.25"));
    }

    @Test
    void findsALeaseThatEndsBeforeItsRenewal() {
        assertFound(
                Invariant.LEASE_OUTLIVES_ITS_CALLS,
                Bugs.NONE.record(record -> lasting(record, Mover.RENEWAL.dividedBy(2))),
                Plan.of("calm, service_dead primary 5+60"));
    }

    /** The primary serves again before its interface is detached, and its watch reports until the standby serves. */
    @Test
    void findsAMoveThatHeedsNoOtherLease() {
        assertFound(
                Invariant.ONE_MOVE_PER_INCIDENT,
                Bugs.NONE.record(PlantedBugsTest::heedingNoLease),
                Plan.of("calm, service_dead primary 5+3.2, triggers_lost primary 5+2, ec2_throttles primary 7.7+0.2"));
    }

    @Test
    void findsAReadinessThatOutlastsAFailure() {
        assertFound(
                Invariant.FAILS_BACK_ONLY_TO_A_READY_PRIMARY,
                Bugs.NONE.record(PlantedBugsTest::neverForgettingReadiness),
                Plan.of("calm failback, service_dead primary 5+30, service_dead primary 145+15"));
    }

    @Test
    void findsATargetThatCountsAsTaintedOnceItsMoveHasFailed() {
        assertFound(
                Invariant.STOPS_ONLY_OLD_HOLDERS,
                Bugs.NONE.record(PlantedBugsTest::taintingFailedTargets),
                Plan.of("calm fencing, service_dead primary 5+60, attach_refused standby 5+40"));
    }

    /**
     * Looks for the first history in which this invariant does not hold; others are not judged.
     *
     * @param kinds what goes wrong, or nothing: anything may
     */
    private static void assertFound(Invariant invariant, Bugs bugs, FaultKind... kinds) {
        var plans = new RandomPlans(1, kinds.length == 0 ? FaultKind.values() : kinds);
        for (int i = 1; i <= HISTORIES; i++) {
            try {
                Simulation.run(plans.next(), bugs.judgedBy(Set.of(invariant)));
            } catch (Violation e) {
                assertThat(e.invariant()).isEqualTo(invariant);
                System.out.printf("planted, and found in history %,d: %s%n", i, firstLine(e));
                return;
            }
        }
        throw new AssertionError("%s holds in %,d histories".formatted(invariant, HISTORIES));
    }

    private static void assertFound(Invariant invariant, Bugs bugs, Plan plan) {
        assertThatThrownBy(() -> Simulation.run(plan, bugs.judgedBy(Set.of(invariant))))
                .isInstanceOfSatisfying(
                        Violation.class, e -> assertThat(e.invariant()).isEqualTo(invariant));
    }

    private static String firstLine(Violation violation) {
        return String.valueOf(violation.getMessage()).lines().findFirst().orElse("");
    }

    private static Decision fencing(Decision decision) {
        return decision instanceof MoveTo move
                ? new MoveTo(move.serverId(), move.kind(), move.reason(), true)
                : decision;
    }

    // What the policy is made to see

    private static Observation service(Observation observation, Verdict service) {
        return changed(observation, observation.servers(), service, observation.recorded());
    }

    private static Observation recorded(Observation observation, PairState recorded) {
        return changed(observation, observation.servers(), observation.service(), recorded);
    }

    private static Observation unchecked(Observation observation) {
        var serving = observation.servers().stream()
                .map(server -> server.withHealth(Verdict.SERVES))
                .toList();
        return changed(observation, serving, observation.service(), observation.recorded());
    }

    private static Observation clear(Observation observation) {
        return changed(
                observation, observation.servers(), observation.service(), Evidence.CLEAR, observation.recorded());
    }

    private static Observation changed(
            Observation observation, List<Server> servers, Verdict service, PairState recorded) {
        return changed(observation, servers, service, observation.evidence(), recorded);
    }

    private static Observation changed(
            Observation observation, List<Server> servers, Verdict service, Evidence evidence, PairState recorded) {
        return new Observation(
                observation.now(),
                observation.floating(),
                observation.attached(),
                servers,
                service,
                evidence,
                observation.latency(),
                observation.reporter(),
                recorded,
                observation.recordError(),
                observation.addressLost(),
                observation.endsWithHolder());
    }

    private static PairState untainted(PairState recorded) {
        return changed(recorded, recorded.hold(), Map.of(), recorded.stopped());
    }

    private static PairState unheld(PairState recorded) {
        return changed(recorded, null, recorded.tainted(), recorded.stopped());
    }

    /** Every server that is known to be tainted is taken for one that the controller has stopped just now. */
    private static PairState stoppedByUs(PairState recorded) {
        var stopped = recorded.tainted().keySet().stream().collect(Collectors.toMap(id -> id, id -> Instant.MAX));
        return changed(recorded, recorded.hold(), recorded.tainted(), stopped);
    }

    private static PairState changed(
            PairState recorded, @Nullable Hold hold, Map<String, Instant> tainted, Map<String, Instant> stopped) {
        return new PairState(
                recorded.lease(),
                hold,
                tainted,
                stopped,
                recorded.failedMoves(),
                recorded.recentMoves(),
                recorded.readySince(),
                recorded.heartbeats(),
                recorded.rights(),
                recorded.unreadable());
    }

    // What the record is made to do

    private interface Change {
        @Nullable
        Object answer(Object[] arguments, @Nullable Object answer);
    }

    private static PairRecord answering(PairRecord record, Set<String> methods, Change change) {
        return wrapped(record, (name, arguments, call) -> {
            var answer = call.get();
            return methods.contains(name) ? change.answer(arguments, answer) : answer;
        });
    }

    private static PairRecord ignoring(PairRecord record, String method) {
        return wrapped(record, (name, arguments, call) -> name.equals(method) ? null : call.get());
    }

    private static PairRecord countingOrders(PairRecord record) {
        return wrapped(record, (name, arguments, call) -> {
            if (name.equals("append")
                    && arguments[0] instanceof Entry entry
                    && !entry.kind().automatic()) {
                record.count(entry.id(), entry.at());
            }
            return call.get();
        });
    }

    private static PairRecord takingUnderAHold(PairRecord record) {
        return wrapped(
                record,
                (name, arguments, call) -> name.equals("acquireUnlessHeld")
                        ? record.acquire((String) arguments[0], (String) arguments[1], (Instant) arguments[2], (Instant)
                                arguments[3])
                        : call.get());
    }

    /** A record that cannot be reached grants the lease all the same, and loses what it is told. */
    private static PairRecord pretending(PairRecord record) {
        return wrapped(record, (name, arguments, call) -> {
            try {
                return call.get();
            } catch (RecordUnavailable e) {
                if (ACQUIRE.contains(name)) {
                    return granted(arguments, Optional.empty());
                }
                if (name.equals("taint") || name.equals("stopped")) {
                    return null;
                }
                throw e;
            }
        });
    }

    /** A call that is refused the renewal of its lease goes on with what it was granted before. */
    private static PairRecord keepingARefusedLease(PairRecord record) {
        var granted = new HashMap<Object, Object>();
        return answering(record, ACQUIRE, (arguments, answer) -> {
            if (answer instanceof Optional<?> lease && lease.isPresent()) {
                granted.put(arguments[0], answer);
            }
            return granted.getOrDefault(arguments[0], Optional.empty());
        });
    }

    private static PairRecord lasting(PairRecord record, Duration lease) {
        return wrapped(record, (name, arguments, call) -> {
            if (ACQUIRE.contains(name)) {
                arguments[3] = ((Instant) arguments[2]).plus(lease);
            }
            return call.get();
        });
    }

    /** Nobody sees the lease of another call, and a lease that is refused counts as a record that does not answer. */
    private static PairRecord heedingNoLease(PairRecord record) {
        return wrapped(record, (name, arguments, call) -> {
            var answer = call.get();
            if (answer instanceof PairState recorded) {
                return recorded.with(null);
            }
            if (ACQUIRE.contains(name) && answer instanceof Optional<?> lease && lease.isEmpty()) {
                throw RecordUnavailable.of(name, ScriptedEc2.noAnswer());
            }
            return answer;
        });
    }

    private static PairRecord neverForgettingReadiness(PairRecord record) {
        return wrapped(
                record,
                (name, arguments, call) -> name.equals("readySince") && arguments[0] == null ? null : call.get());
    }

    private static PairRecord taintingFailedTargets(PairRecord record) {
        return wrapped(record, (name, arguments, call) -> {
            if (name.equals("failedMove")) {
                record.taint((String) arguments[0], (Instant) arguments[1]);
            }
            return call.get();
        });
    }

    private static Object granted(Object[] arguments, @Nullable Object answer) {
        return answer instanceof Optional<?> lease && lease.isPresent()
                ? answer
                : Optional.of(new Acquired(
                        new Lease((String) arguments[0], (String) arguments[1], (Instant) arguments[3], 0),
                        PairState.EMPTY));
    }

    private interface Call {
        @Nullable
        Object get();
    }

    private interface Wrapper {
        @Nullable
        Object call(String name, Object[] arguments, Call call);
    }

    private static PairRecord wrapped(PairRecord record, Wrapper wrapper) {
        return (PairRecord) Proxy.newProxyInstance(
                PlantedBugsTest.class.getClassLoader(),
                new Class<?>[] {PairRecord.class},
                (proxy, method, arguments) -> wrapper.call(method.getName(), arguments, () -> {
                    try {
                        return method.invoke(record, arguments);
                    } catch (InvocationTargetException e) {
                        if (e.getCause() instanceof RuntimeException cause) {
                            throw cause;
                        }
                        if (e.getCause() instanceof Error cause) {
                            throw cause;
                        }
                        throw new IllegalStateException(e);
                    } catch (IllegalAccessException e) {
                        throw new IllegalStateException(e);
                    }
                }));
    }
}
