package io.enifailover.controller;

import io.enifailover.controller.InterfaceState.Held;
import io.enifailover.controller.Move.Outcome.Done;
import io.enifailover.controller.Move.Outcome.Superseded;
import io.enifailover.controller.Mover.Result.Failed;
import io.enifailover.controller.Mover.Result.GaveWay;
import io.enifailover.controller.Mover.Result.Moved;
import io.enifailover.controller.PairRecord.Entry;
import io.enifailover.controller.PairRecord.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes every move, whoever wants it: takes the lease, moves, and writes down what it was, why and how long it took.
 *
 * <p>If the record cannot be reached it moves all the same, since EC2 allows one holder only and the attachment id makes
 * each detach a compare-and-swap.
 */
final class Mover {
    private static final Logger LOG = LoggerFactory.getLogger(Mover.class);
    /** Short, so that whoever finds a dead move does not wait long; renewed while it goes on. */
    private static final Duration LEASE = Duration.ofSeconds(10);

    private static final Duration RENEWAL = Duration.ofSeconds(3);

    /**
     * A move that somebody wants.
     *
     * @param id     names this call of the function
     * @param to     server
     * @param seen   state of the interface that the decision was based on
     * @param reason why
     * @param by     who or what asked
     * @param fence  whether to stop the old holder
     */
    record Wish(String id, String to, InterfaceState seen, String reason, String by, boolean fence) {}

    /** What came of it. */
    sealed interface Result {
        /** The interface is there. */
        record Moved(Done done) implements Result {}

        /** Somebody else is at work: look and decide again. */
        record GaveWay(String to) implements Result {}

        /** It is not there, or does not serve. */
        record Failed(MoveFailed why) implements Result {}
    }

    private final FloatingEni eni;
    private final Fleet fleet;
    private final PairRecord record;
    private final Time time;

    Mover(FloatingEni eni, Fleet fleet, PairRecord record, Time time) {
        this.eni = eni;
        this.fleet = fleet;
        this.record = record;
        this.time = time;
    }

    Result move(Wish wish, Deadlines deadlines, @Nullable Witness witness) {
        Tenure tenure;
        try {
            var now = time.now();
            var lease = record.take(wish.id(), wish.to(), now, now.plus(LEASE));
            if (lease.isEmpty()) {
                return new GaveWay("the owner of the lease");
            }
            tenure = new Tenure(lease.get());
        } catch (RecordUnavailable e) {
            LOG.warn("{} without a lease: {}", eni, e.getMessage());
            tenure = new Tenure(null);
        }
        // Not in a finally block: what ends this call in an unforeseen way may leave the move half done, and the lease
        // then
        // keeps the intent for whoever finishes it.
        var result = move(wish, deadlines, witness, tenure);
        tenure.end();
        return result;
    }

    private Result move(Wish wish, Deadlines deadlines, @Nullable Witness witness, Tenure tenure) {
        var began = time.now();
        var move = new Move(eni, fleet, time, deadlines, tenure::renew).tainting(this::taint);
        // Without the record nobody would know to start the server again.
        if (wish.fence() && tenure.lease().isPresent()) {
            move.fencing();
        }
        var from = wish.seen() instanceof Held held ? held.holder() : null;
        LOG.info("{} to {}: {} ({})", eni, wish.to(), wish.reason(), wish.by());
        try {
            // Somebody else may have been here between the decision and the lease.
            var seen = move.observe();
            if (!seen.equals(wish.seen())) {
                return new GaveWay("whoever made it " + seen);
            }
            var outcome = move.to(wish.to(), seen, witness);
            if (outcome instanceof Superseded superseded) {
                remember(wish, began, from, "gave way to " + superseded.by(), move, tenure);
                return new GaveWay(superseded.by());
            }
            var done = (Done) outcome;
            remember(wish, began, from, done.verified() ? "serves" : "attached, not verified", move, tenure);
            return new Moved(done);
        } catch (MoveFailed e) {
            LOG.warn("{} to {}: {}", eni, wish.to(), e.getMessage());
            remember(wish, began, from, "failed: " + e.getMessage(), move, tenure);
            return new Failed(e);
        }
    }

    /** Whether it is written down. */
    private boolean taint(String serverId) {
        try {
            record.taint(serverId, time.now());
            return true;
        } catch (RecordUnavailable e) {
            LOG.warn("{}: that {} is tainted is not written down yet: {}", eni, serverId, e.getMessage());
            return false;
        }
    }

    private void remember(Wish wish, Instant began, @Nullable String from, String outcome, Move move, Tenure tenure) {
        if (!move.changed()) {
            return;
        }
        try {
            if (from != null && move.tainted()) {
                // Not from now on: it may have been started again while this move went on.
                record.taint(from, began);
            }
            record.readySince(null);
            record.remember(new Entry(
                    wish.id(),
                    began,
                    wish.reason(),
                    wish.by(),
                    from,
                    wish.to(),
                    outcome,
                    move.tainted(),
                    tenure.lease().isEmpty(),
                    move.phases()));
        } catch (RecordUnavailable e) {
            LOG.warn("{} is not written down: {}", eni, e.getMessage());
        }
    }

    /** The time for which this call may move; without a record, as long as it takes. */
    private final class Tenure {
        private @Nullable Lease lease;
        private Instant renewed = time.now();

        Tenure(@Nullable Lease lease) {
            this.lease = lease;
        }

        Optional<Lease> lease() {
            return Optional.ofNullable(lease);
        }

        boolean renew() {
            var now = time.now();
            if (lease == null || now.isBefore(renewed.plus(RENEWAL))) {
                return true;
            }
            renewed = now;
            try {
                lease = record.take(lease.owner(), lease.intent(), now, now.plus(LEASE))
                        .orElse(null);
                return lease != null;
            } catch (RecordUnavailable e) {
                LOG.warn("{} goes on without renewing its lease: {}", eni, e.getMessage());
                return true;
            }
        }

        void end() {
            try {
                if (lease != null) {
                    record.giveBack(lease);
                }
            } catch (RecordUnavailable e) {
                LOG.warn("{} leaves its lease to expire: {}", eni, e.getMessage());
            }
        }
    }
}
