package io.enifailover.function;

import io.enifailover.function.InterfaceState.Held;
import io.enifailover.function.Move.LeaseLost;
import io.enifailover.function.Move.Outcome.Done;
import io.enifailover.function.Move.Outcome.Superseded;
import io.enifailover.function.Mover.Result.Failed;
import io.enifailover.function.Mover.Result.GaveWay;
import io.enifailover.function.Mover.Result.Moved;
import io.enifailover.function.PairRecord.Acquired;
import io.enifailover.function.PairRecord.Entry;
import io.enifailover.function.PairRecord.Lease;
import io.enifailover.function.PairRecord.PairState;
import io.enifailover.protocol.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes every move, whoever wants it: takes the lease, moves, and writes down what it was, why and how long it took.
 *
 * <p>If the record cannot be reached it moves all the same, since EC2 allows one holder only and the attachment id makes
 * each detach a compare-and-swap. While single calls to the record are lost, the lease, a hold, the damping and the taints
 * guard a move as far as they were read, and a move that has begun ends only when the record says that somebody else has it.
 */
final class Mover {
    private static final Logger LOG = LoggerFactory.getLogger(Mover.class);
    /** Short, so that whoever finds a dead move does not wait long; renewed while it goes on. */
    static final Duration LEASE = Duration.ofSeconds(15);

    /** Asked before each call to EC2, so the lease outlives a renewal's interval, one such call and the renewal itself. */
    static final Duration RENEWAL = Duration.ofSeconds(3);

    /**
     * A move that somebody wants.
     *
     * @param id     names this call of the function
     * @param to     server
     * @param seen   state of the interface that the decision was based on
     * @param cause  what led to it
     * @param fence  whether to stop the old holder
     * @param stands whether the decision stands with what the record holds once the lease is taken: the read that it rests on may
     *     have failed, or be out of date
     */
    record MoveRequest(
            String id, String to, InterfaceState seen, MoveReason cause, boolean fence, Predicate<PairState> stands) {}

    /** What came of it. */
    sealed interface Result {
        /**
         * The interface is there.
         *
         * @param entry line of the history, or null if nothing had to be changed
         */
        record Moved(Done done, @Nullable Entry entry) implements Result {}

        /** Somebody else is at work: look and decide again. */
        record GaveWay(String to) implements Result {}

        /**
         * It is not there, or does not serve.
         *
         * @param entry line of the history, or null if nothing was changed
         */
        record Failed(MoveFailed why, @Nullable Entry entry) implements Result {}
    }

    private final FloatingEni eni;
    private final PairServers fleet;
    private final PairRecord record;
    private final Telemetry telemetry;
    private final Time time;

    Mover(FloatingEni eni, PairServers fleet, PairRecord record, Telemetry telemetry, Time time) {
        this.eni = eni;
        this.fleet = fleet;
        this.record = record;
        this.telemetry = telemetry;
        this.time = time;
    }

    Result move(MoveRequest request, Deadlines deadlines, @Nullable Witness witness) {
        HeldLease heldLease;
        try {
            var now = time.now();
            // A hold that came since the look counts, but only here: a move that is under way is not left half done.
            var lease = request.cause().kind().automatic()
                    ? record.takeUnlessHeld(request.id(), request.to(), now, now.plus(LEASE))
                    : record.take(request.id(), request.to(), now, now.plus(LEASE));
            if (lease.isEmpty()) {
                return gaveWay(request, "the owner of the lease, or of a hold");
            }
            heldLease = new HeldLease(lease.get().lease());
            if (!request.stands().test(lease.get().memory())) {
                heldLease.end();
                return gaveWay(request, "what the record says now");
            }
            if (lease.get().memory().readySince() != null) {
                // Before the move, which may die: it is about the server that is not the holder now.
                write(List.of(() -> record.readySince(null)));
            }
        } catch (RecordUnavailable e) {
            LOG.warn("{} without a lease: {}", eni, e.getMessage());
            heldLease = new HeldLease(null);
        }
        // Not in a finally block: what ends this call in an unforeseen way may leave the move half done. The lease then
        // keeps the intent for the call that finishes it.
        var result = move(request, deadlines, witness, heldLease);
        heldLease.end();
        tell(request, result);
        return result;
    }

    private void tell(MoveRequest request, Result result) {
        if (result instanceof Moved moved && moved.entry() != null) {
            telemetry.moved(request.cause(), moved.entry(), null);
        }
        if (result instanceof Failed failed && failed.entry() != null) {
            telemetry.moved(request.cause(), failed.entry(), failed.why());
        }
    }

    private Result gaveWay(MoveRequest request, String to) {
        telemetry.gaveWay(request.cause().by(), to);
        return new GaveWay(to);
    }

    private Result move(MoveRequest request, Deadlines deadlines, @Nullable Witness witness, HeldLease heldLease) {
        var began = time.now();
        var move = new Move(eni, fleet, time, deadlines, heldLease::renew).tainting(new WrittenDown());
        // Without the record nothing would start the server again.
        if (request.fence() && heldLease.lease().isPresent()) {
            move.fencing();
        }
        LOG.info(
                "{} to {}: {} ({})",
                eni,
                request.to(),
                request.cause().reason(),
                request.cause().by());
        try {
            // Somebody else may have been here between the decision and the lease.
            var seen = move.observe();
            if (!seen.equals(request.seen())) {
                return gaveWay(request, "whoever made it " + seen);
            }
            var outcome = move.to(request.to(), seen, witness);
            if (outcome instanceof Superseded superseded) {
                append(request, began, "gave way to " + superseded.by(), false, move, heldLease);
                return gaveWay(request, superseded.by());
            }
            var done = (Done) outcome;
            // A move to it that failed before says nothing any more, and would end the cool-down of this one.
            write(List.of(() -> record.forgetFailedMove(request.to())));
            var words = done.verified() ? "serves" : "attached, not verified";
            return new Moved(done, append(request, began, words, done.verified(), move, heldLease));
        } catch (LeaseLost e) {
            return gaveWay(request, "whoever has the lease now");
        } catch (MoveFailed e) {
            LOG.warn("{} to {}: {}", eni, request.to(), e.getMessage());
            if (e.step() == Step.ATTACH || e.step() == Step.SERVE) {
                // The new holder may be the cause: the next move goes to the other server.
                write(List.of(() -> record.failedMove(request.to(), time.now())));
            }
            return new Failed(e, append(request, began, "failed: " + e.getMessage(), false, move, heldLease));
        }
    }

    /** Notes in the record what happens to the old holder, before it happens. */
    private final class WrittenDown implements Move.Taints {
        @Override
        public boolean forced(String serverId) {
            return isWritten(serverId, () -> record.taint(serverId, time.now()));
        }

        @Override
        public boolean stopped(String serverId) {
            return isWritten(serverId, () -> {
                record.taint(serverId, time.now());
                record.stopped(serverId, time.now());
            });
        }

        private boolean isWritten(String serverId, Runnable note) {
            try {
                note.run();
                return true;
            } catch (RecordUnavailable e) {
                LOG.warn("{}: that {} is tainted is not written down yet: {}", eni, serverId, e.getMessage());
                return false;
            }
        }
    }

    /** Returns what it has written down, or would have if the record could be reached; null if nothing was changed. */
    private @Nullable Entry append(
            MoveRequest request, Instant began, String outcome, boolean verified, Move move, HeldLease heldLease) {
        if (!move.changed()) {
            return null;
        }
        var entry = entry(request, began, outcome, verified, move, heldLease);
        var notes = new ArrayList<Runnable>();
        if (request.cause().kind().automatic()) {
            move.arrival().ifPresent(attachment -> notes.add(() -> record.count(attachment, time.now())));
        }
        var from = entry.from();
        if (from != null && move.tainted()) {
            // Not from now on: it may have been started again while this move went on.
            notes.add(() -> record.taint(from, began));
            move.stopped().ifPresent(at -> notes.add(() -> record.stopped(from, at)));
        }
        notes.add(() -> record.readySince(null));
        notes.add(() -> record.append(entry));
        write(notes);
        return entry;
    }

    /** Writes each note even if another one fails; once two have failed the table is down, and each would take its time. */
    private void write(List<Runnable> notes) {
        var failures = 0;
        for (var note : notes) {
            try {
                if (failures < 2) {
                    note.run();
                }
            } catch (RecordUnavailable e) {
                failures++;
                LOG.warn("{} is not written down: {}", eni, e.getMessage());
            }
        }
    }

    private static Entry entry(
            MoveRequest request, Instant began, String outcome, boolean verified, Move move, HeldLease heldLease) {
        var cause = request.cause();
        var phases = new EnumMap<>(move.phases());
        var detached = began.plus(phases.getOrDefault(Step.OBSERVE, Duration.ZERO));
        var ended = began.plus(phases.values().stream().reduce(Duration.ZERO, Duration::plus));
        var lost = cause.lost(request.seen(), detached);
        if (cause.failed() != null) {
            phases.put(Step.DETECT, Duration.between(cause.failed(), cause.arrived()));
        }
        phases.put(Step.DECIDE, Duration.between(cause.arrived(), began));
        return new Entry(
                request.id(),
                began,
                cause.kind(),
                cause.reason(),
                cause.by(),
                request.seen() instanceof Held held ? held.holder() : null,
                request.to(),
                outcome,
                move.tainted(),
                heldLease.lease().isEmpty(),
                verified && lost != null ? Duration.between(lost, ended) : null,
                phases);
    }

    /** The time for which this call may move; without a record, as long as it takes. */
    private final class HeldLease {
        private @Nullable Lease lease;
        private Instant renewed = time.now();
        private boolean lost;

        HeldLease(@Nullable Lease lease) {
            this.lease = lease;
        }

        Optional<Lease> lease() {
            return Optional.ofNullable(lease);
        }

        boolean renew() {
            if (lost) {
                return false;
            }
            var now = time.now();
            if (lease == null || now.isBefore(renewed.plus(RENEWAL))) {
                return true;
            }
            renewed = now;
            try {
                var again = record.take(lease.owner(), lease.intent(), now, now.plus(LEASE));
                lost = again.isEmpty();
                lease = again.map(Acquired::lease).orElse(lease);
                return !lost;
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
