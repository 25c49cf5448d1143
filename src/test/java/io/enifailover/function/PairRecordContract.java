package io.enifailover.function;

import static io.enifailover.simulation.VirtualTime.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.enifailover.function.PairRecord.Acquired;
import io.enifailover.function.PairRecord.Entry;
import io.enifailover.function.PairRecord.LastHeartbeat;
import io.enifailover.function.PairRecord.Lease;
import io.enifailover.function.PairRecord.PairState;
import io.enifailover.function.PairRecord.Rights;
import io.enifailover.protocol.Hold;
import io.enifailover.protocol.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every pair record promises. */
abstract class PairRecordContract {
    static final String A = "i-0000000000000000a";
    static final String B = "i-0000000000000000b";
    static final Instant DEADLINE = START.plusSeconds(90);

    static final LastHeartbeat HEARTBEAT =
            new LastHeartbeat(START.plusMillis(250), "1f2e", Duration.ofMillis(-1250), "2.13.0g", "redis.service");
    static final Rights RIGHTS = new Rights(START, "");

    PairRecord pair;

    /** A record in which nothing is written yet. */
    abstract PairRecord emptyRecord();

    @BeforeEach
    void begin() {
        pair = emptyRecord();
    }

    static Entry entry(String id, Instant at, @Nullable String from, @Nullable String to) {
        return new Entry(
                id,
                at,
                Kind.FAILOVER,
                "HTTP 502",
                "watch",
                from,
                to,
                "serves",
                false,
                true,
                null,
                Map.of(Step.DETACH, Duration.ofMillis(2100)));
    }

    static Entry move(String id, Instant at) {
        return entry(id, at, A, B);
    }

    private Lease lease(String owner, Instant now, Instant deadline) {
        return pair.acquire(owner, "failover", now, deadline).orElseThrow().lease();
    }

    @Test
    void remembersNothingAtFirst() {
        assertThat(pair.read()).isEqualTo(PairState.EMPTY);
        assertThat(pair.history(10)).isEmpty();
    }

    @Test
    void givesAFreeLease() {
        var lease = pair.acquire("one", "failover to " + B, START, DEADLINE).map(Acquired::lease);

        assertThat(lease).contains(new Lease("one", "failover to " + B, DEADLINE, 1));
        assertThat(pair.read().lease()).isEqualTo(lease.get());
    }

    @Test
    void tellsWithALeaseWhatItRemembers() {
        pair.taint(A, START);
        pair.count("eni-attach-1", START);

        assertThat(pair.acquire("one", "failover", START, DEADLINE)
                        .orElseThrow()
                        .recorded())
                .isEqualTo(pair.read());
    }

    @Test
    void refusesALeaseThatSomebodyElseHolds() {
        var first = lease("one", START, DEADLINE);

        assertThat(pair.acquire("two", "switchover", DEADLINE.minusNanos(1), DEADLINE.plusSeconds(90)))
                .isEmpty();
        assertThat(pair.read().lease()).isEqualTo(first);
    }

    @Test
    void givesAnExpiredLeaseToTheNext() {
        pair.acquire("one", "failover", START, DEADLINE);

        assertThat(pair.acquire("two", "switchover", DEADLINE, DEADLINE.plusSeconds(90))
                        .map(Acquired::lease))
                .contains(new Lease("two", "switchover", DEADLINE.plusSeconds(90), 2));
    }

    @Test
    void comparesDeadlinesWithinASecond() {
        pair.acquire("one", "failover", START, START.plusSeconds(1));

        assertThat(pair.acquire("two", "failover", START.plusMillis(500), DEADLINE))
                .isEmpty();
        assertThat(pair.acquire("two", "failover", START.plusMillis(1500), DEADLINE))
                .isPresent();
    }

    @Test
    void letsAnOwnerAcquireItsLeaseAgain() {
        pair.acquire("one", "failover", START, DEADLINE);

        assertThat(pair.acquire("one", "finish", START.plusSeconds(1), DEADLINE.plusSeconds(1))
                        .map(Acquired::lease))
                .contains(new Lease("one", "finish", DEADLINE.plusSeconds(1), 2));
    }

    @Test
    void countsGenerationsAcrossALeaseThatWasReleased() {
        pair.release(lease("one", START, DEADLINE));

        assertThat(pair.read().lease()).isNull();
        assertThat(lease("two", START, DEADLINE).generation()).isEqualTo(2);
    }

    @Test
    void keepsTheNewOwnersLeaseWhenAStaleOneIsReleased() {
        var stale = lease("one", START, DEADLINE);
        var valid = lease("two", DEADLINE, DEADLINE.plusSeconds(90));

        pair.release(stale);

        assertThat(pair.read().lease()).isEqualTo(valid);
    }

    @Test
    void releasesALeaseTwice() {
        var lease = lease("one", START, DEADLINE);

        pair.release(lease);
        pair.release(lease);

        assertThat(pair.read().lease()).isNull();
    }

    @Test
    void tellsWhetherALeaseIsStillValid() {
        var lease = lease("one", START, DEADLINE);
        var recorded = pair.read();

        assertThat(recorded.leaseAt(DEADLINE.minusNanos(1))).contains(lease);
        assertThat(recorded.leaseAt(DEADLINE)).isEmpty();
    }

    @Test
    void keepsTheLastHoldUntilItIsReleased() {
        var hold = new Hold(DEADLINE, "patching", "alice");
        pair.hold(new Hold(START, "kernel", "bob"));
        pair.hold(hold);

        var recorded = pair.read();
        pair.endHold();

        assertThat(recorded.hold()).isEqualTo(hold);
        assertThat(recorded.holdAt(DEADLINE.minusNanos(1))).contains(hold);
        assertThat(recorded.holdAt(DEADLINE)).isEmpty();
        assertThat(pair.read()).isEqualTo(PairState.EMPTY);
    }

    @Test
    void keepsTheTaintOfEachServerUntilItIsCleansed() {
        pair.taint(A, START);
        pair.taint(B, START);
        pair.taint(B, DEADLINE);

        assertThat(pair.read().tainted()).isEqualTo(Map.of(A, START, B, DEADLINE));

        pair.clearTaint(A);

        assertThat(pair.read().tainted()).isEqualTo(Map.of(B, DEADLINE));
    }

    @Test
    void keepsWhenEachServerWasStoppedUntilItIsCleansed() {
        pair.taint(A, START);
        pair.stopped(A, START);
        pair.stopped(B, START);
        pair.stopped(B, DEADLINE);

        assertThat(pair.read().stopped()).isEqualTo(Map.of(A, START, B, DEADLINE));

        pair.clearTaint(A);

        assertThat(pair.read().stopped()).isEqualTo(Map.of(B, DEADLINE));
        assertThat(pair.read().tainted()).isEmpty();
    }

    @Test
    void takesAStopBackUnlessAnotherCallHasNotedOneSince() {
        assertThat(pair.stopped(A, START)).isEmpty();
        pair.notStopped(A, START, Optional.empty());
        assertThat(pair.read().stopped()).isEmpty();

        pair.stopped(A, START);
        assertThat(pair.stopped(A, DEADLINE)).contains(START);
        assertThat(pair.stopped(A, DEADLINE)).as("a call that was repeated").isEmpty();
        pair.notStopped(A, START, Optional.empty());
        assertThat(pair.read().stopped()).isEqualTo(Map.of(A, DEADLINE));

        pair.notStopped(A, DEADLINE, Optional.of(START));
        assertThat(pair.read().stopped()).isEqualTo(Map.of(A, START));
    }

    @Test
    void keepsWhenTheLastMoveToEachServerFailedUntilItIsForgotten() {
        pair.failedMove(A, START);
        pair.failedMove(B, START);
        pair.failedMove(B, DEADLINE);

        assertThat(pair.read().failedMoves()).isEqualTo(Map.of(A, START, B, DEADLINE));

        pair.forgetFailedMove(A);

        assertThat(pair.read().failedMoves()).isEqualTo(Map.of(B, DEADLINE));
    }

    @Test
    void keepsSinceWhenTheOtherServerIsReady() {
        pair.readySince(START);
        assertThat(pair.read().readySince()).isEqualTo(START);

        pair.readySince(null);
        assertThat(pair.read().readySince()).isNull();
    }

    @Test
    void keepsTheLastHeartbeatOfEachWatchUntilItIsForgotten() {
        var later = new LastHeartbeat(DEADLINE, "", Duration.ZERO, "", "");
        pair.heartbeat(A, HEARTBEAT);
        pair.heartbeat(B, HEARTBEAT);
        pair.heartbeat(B, later);

        assertThat(pair.read().heartbeats()).isEqualTo(Map.of(A, HEARTBEAT, B, later));

        pair.forgetHeartbeat(A);

        assertThat(pair.read().heartbeats()).isEqualTo(Map.of(B, later));
    }

    @Test
    void keepsWhatCameOfTheLastCheckOfItsRights() {
        pair.rights(RIGHTS);
        pair.rights(new Rights(DEADLINE, "StopInstances"));

        assertThat(pair.read().rights()).isEqualTo(new Rights(DEADLINE, "StopInstances"));
    }

    @Test
    void givesNoLeaseUnderAHoldToWhoeverHeedsIt() {
        pair.hold(new Hold(DEADLINE, "patching", "alice"));

        assertThat(pair.acquireUnlessHeld("one", "failover", DEADLINE.minusNanos(1), DEADLINE))
                .isEmpty();
        assertThat(pair.read().lease()).isNull();
        assertThat(pair.acquire("two", "switchover", START, START.plusSeconds(1)))
                .isPresent();
        assertThat(pair.acquireUnlessHeld("one", "failover", DEADLINE, DEADLINE.plusSeconds(9)))
                .isPresent();
    }

    @Test
    void refusesWhoeverHeedsAHoldTheLeaseThatSomebodyElseHolds() {
        pair.acquire("one", "failover", START, DEADLINE);

        assertThat(pair.acquireUnlessHeld("two", "failover", START, DEADLINE)).isEmpty();
        assertThat(pair.acquireUnlessHeld("one", "failover", START, DEADLINE)).isPresent();
    }

    @Test
    void endsWhatNeverBegan() {
        pair.forgetHeartbeat(A);
        pair.endHold();
        pair.clearTaint(A);
        pair.forgetFailedMove(A);
        pair.readySince(null);
        pair.release(new Lease("one", "failover", DEADLINE, 1));

        assertThat(pair.read()).isEqualTo(PairState.EMPTY);
    }

    @Test
    void writesNothingButWhatItWasAskedTo() {
        var lease = lease("one", START, DEADLINE);
        var hold = new Hold(DEADLINE, "patching", "alice");
        pair.hold(hold);
        pair.taint(A, START);
        pair.stopped(B, DEADLINE);
        pair.failedMove(B, START);
        pair.append(move("one", START));
        pair.count("eni-attach-1", START);
        pair.readySince(DEADLINE);
        pair.heartbeat(A, HEARTBEAT);
        pair.rights(RIGHTS);

        assertThat(pair.read())
                .isEqualTo(new PairState(
                        lease,
                        hold,
                        Map.of(A, START),
                        Map.of(B, DEADLINE),
                        Map.of(B, START),
                        List.of(START),
                        DEADLINE,
                        Map.of(A, HEARTBEAT),
                        RIGHTS,
                        List.of()));
    }

    @Test
    void remembersAnEntryAsItIs() {
        var move = new Entry(
                "one",
                START.plusNanos(123456789),
                Kind.SWITCHOVER,
                "",
                "alice",
                A,
                B,
                "serves",
                true,
                false,
                Duration.ofMillis(4321),
                Map.of(
                        Step.DETECT,
                        Duration.ofSeconds(3),
                        Step.ATTACH,
                        Duration.ofNanos(1),
                        Step.SERVE,
                        Duration.ofMinutes(2)));
        var order = new Entry(
                "two", DEADLINE, Kind.REPAIR, "patching", "bob", null, null, "held", false, true, null, Map.of());

        pair.append(move);
        pair.append(order);

        assertThat(pair.history(10)).containsExactly(order, move);
    }

    @Test
    void tellsTheNewestFirst() {
        pair.append(move("b", START.plusMillis(1500)));
        pair.append(move("d", START.plusSeconds(1)));
        pair.append(move("a", START.plusSeconds(2)));
        pair.append(move("c", START.plusSeconds(2)));

        assertThat(pair.history(3)).extracting(Entry::id).containsExactly("c", "a", "b");
    }

    @Test
    void remembersAnEntryOnce() {
        pair.append(move("one", START));
        pair.append(move("one", START));
        pair.append(move("two", START));

        assertThat(pair.history(10)).extracting(Entry::id).containsExactly("two", "one");
        assertThat(pair.read()).isEqualTo(PairState.EMPTY);
    }

    @Test
    void countsTheMovesSinceAnInstant() {
        pair.count("three", START.plusSeconds(60));
        pair.count("one", START);
        pair.count("two", START.plusSeconds(30));

        var recorded = pair.read();

        assertThat(recorded.movesSince(START.minusNanos(1))).isEqualTo(3);
        assertThat(recorded.movesSince(START)).isEqualTo(2);
        assertThat(recorded.movesSince(START.plusSeconds(60))).isZero();
    }

    @Test
    void countsAMoveOnceForItsAttachment() {
        pair.count("one", START);
        pair.count("one", START.plusSeconds(2));
        pair.count("one", START.plusSeconds(1));

        assertThat(pair.read().recentMoves()).containsExactly(START.plusSeconds(2));
        assertThat(pair.history(10)).isEmpty();
    }

    @Test
    void forgetsAMoveAfterAnHour() {
        pair.count("first", START);
        pair.count("second", START.plusSeconds(1));

        pair.count("third", START.plusSeconds(1).plus(PairRecord.RECENT));

        assertThat(pair.read().recentMoves())
                .containsExactly(START.plusSeconds(1), START.plusSeconds(1).plus(PairRecord.RECENT));
    }
}
