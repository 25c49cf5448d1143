package io.enifailover.function;

import io.enifailover.function.Move.Outcome;
import io.enifailover.function.Move.Outcome.Done;
import io.enifailover.function.Move.Outcome.Superseded;
import io.enifailover.function.PairRecord.Acquired;
import io.enifailover.function.PairRecord.Entry;
import io.enifailover.function.PairRecord.Lease;
import io.enifailover.protocol.Fencing;
import io.enifailover.protocol.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes every move: acquires the lease, moves, and records what was moved, why, and how long it took.
 *
 * <p>If the record cannot be reached it moves without a lease: EC2 allows only one holder, and the attachment id makes each
 * detach a compare-and-swap. While single calls to the record are lost, lease, hold, cool-down, flap limit and taints guard a
 * move as far as they were read. A move that has begun stops only when the record says that another controller has the lease.
 */
final class Mover {
    private static final Logger LOG = LoggerFactory.getLogger(Mover.class);
    /** Short, so that a move that died does not block the next one for long. The move renews it. */
    static final Duration LEASE = Duration.ofSeconds(6);

    /** Checked before each call to EC2; the lease is longer than this interval, one such call and the renewal together. */
    static final Duration RENEWAL = Duration.ofMillis(400);

    private final FloatingEni eni;
    private final PairServers servers;
    private final PairRecord record;
    private final Telemetry telemetry;
    private final Time time;

    Mover(FloatingEni eni, PairServers servers, PairRecord record, Telemetry telemetry, Time time) {
        this.eni = eni;
        this.servers = servers;
        this.record = record;
        this.telemetry = telemetry;
        this.time = time;
    }

    /**
     * Moves the interface, unless another controller is moving it or the record no longer allows it.
     *
     * @param witness null if there is none
     * @throws MoveFailed if the move fails, after that has been recorded
     */
    Outcome move(MoveRequest requested, Deadlines deadlines, @Nullable Witness witness) {
        var request = requested;
        HeldLease heldLease;
        try {
            var lease = acquire(request);
            if (lease.isEmpty()) {
                return gaveWay(request, new Superseded("the owner of the lease, or of a hold"));
            }
            heldLease = new HeldLease(lease.get().lease());
            var decidedAgain = request.decidedAgain(lease.get().recorded());
            if (decidedAgain.isEmpty()) {
                heldLease.release();
                return gaveWay(request, new Superseded("what the record says now"));
            }
            request = decidedAgain.get();
            if (lease.get().recorded().readySince() != null) {
                // Before the move, which may die: it describes the server that is about to become the holder.
                write(List.of(() -> record.readySince(null)));
            }
        } catch (RecordUnavailable e) {
            LOG.warn("{} without a lease: {}", eni, e.getMessage());
            heldLease = new HeldLease(null);
        }
        return move(request, deadlines, witness, heldLease);
    }

    /** A hold that began since the decision counts here, but no later: a move that has begun is not left unfinished. */
    private Optional<Acquired> acquire(MoveRequest request) {
        var now = time.now();
        var id = request.call().id();
        return request.kind().automatic()
                ? record.acquireUnlessHeld(id, request.to(), now, now.plus(LEASE))
                : record.acquire(id, request.to(), now, now.plus(LEASE));
    }

    /**
     * Moves, records and reports. After an unexpected exception the move may be unfinished, so the lease is not released: its
     * intent tells the call that finishes the move where the interface should go.
     */
    private Outcome move(MoveRequest request, Deadlines deadlines, @Nullable Witness witness, HeldLease heldLease) {
        var began = time.now();
        var move = new Move(eni, servers, time, request.within(deadlines), heldLease::renew)
                .begunAt(request.call().arrived())
                .unlessChangedSince(request.observation().floating())
                .tainting(new RecordedTaints());
        if (request.fencing() == Fencing.STOP_FIRST) {
            move.stoppingFirst();
        }
        // Without the record nothing would start the server again.
        if (request.fences() && heldLease.lease().isPresent()) {
            move.fencing();
        }
        LOG.info("{}: {}", eni, request);
        try {
            var outcome = move.to(request.to(), witness);
            var entry = outcome instanceof Done done
                    ? arrived(request, began, done, move, heldLease)
                    : append(request, began, "gave way to " + ((Superseded) outcome).by(), false, move, heldLease);
            heldLease.release();
            if (outcome instanceof Superseded superseded) {
                return gaveWay(request, superseded);
            }
            if (entry != null) {
                telemetry.moved(request, entry, null);
            }
            return outcome;
        } catch (MoveFailed e) {
            LOG.warn("{} to {}: {}", eni, request.to(), e.getMessage());
            if (e.step().waitsForNewHolder()) {
                // The next move goes to the other server.
                write(List.of(() -> record.failedMove(request.to(), time.now())));
            }
            var entry = append(request, began, "failed: " + e.getMessage(), false, move, heldLease);
            heldLease.release();
            if (entry != null) {
                telemetry.moved(request, entry, e);
            }
            throw e;
        }
    }

    private @Nullable Entry arrived(MoveRequest request, Instant began, Done done, Move move, HeldLease heldLease) {
        // An earlier failed move to this server no longer matters, and would exempt the next move from the cool-down.
        write(List.of(() -> record.forgetFailedMove(request.to())));
        return append(
                request,
                began,
                done.verified() ? "serves" : "attached, not verified",
                done.verified(),
                move,
                heldLease);
    }

    private Superseded gaveWay(MoveRequest request, Superseded superseded) {
        telemetry.gaveWay(request.call().by(), superseded.by());
        return superseded;
    }

    /** Records what happens to the old holder before it happens. */
    private final class RecordedTaints implements Move.Taints {
        private Instant stoppedAt = Instant.EPOCH;
        private Optional<Instant> stoppedBefore = Optional.empty();

        @Override
        public void forced(String serverId) {
            isRecorded(serverId, () -> record.taint(serverId, time.now()));
        }

        @Override
        public boolean stopped(String serverId) {
            return isRecorded(serverId, () -> {
                record.taint(serverId, time.now());
                stoppedAt = time.now();
                stoppedBefore = record.stopped(serverId, stoppedAt);
            });
        }

        @Override
        public void notStopped(String serverId) {
            isRecorded(serverId, () -> record.notStopped(serverId, stoppedAt, stoppedBefore));
        }

        private boolean isRecorded(String serverId, Runnable update) {
            try {
                update.run();
                return true;
            } catch (RecordUnavailable e) {
                LOG.warn("{}: what happens to {} is not recorded: {}", eni, serverId, e.getMessage());
                return false;
            }
        }
    }

    /** Records the move and returns its entry, even if the record could not be reached; null if nothing was changed. */
    private @Nullable Entry append(
            MoveRequest request, Instant began, String outcome, boolean verified, Move move, HeldLease heldLease) {
        if (!move.changed()) {
            return null;
        }
        var entry = entry(request, began, outcome, verified, move, heldLease);
        var updates = new ArrayList<Runnable>();
        if (request.kind().automatic()) {
            move.arrival().ifPresent(attachment -> updates.add(() -> record.count(attachment, time.now())));
        }
        var from = entry.from();
        if (from != null && move.tainted()) {
            // Since the beginning of the move: the server may have been started again during it.
            updates.add(() -> record.taint(from, began));
        }
        updates.add(() -> record.readySince(null));
        updates.add(() -> record.append(entry));
        write(updates);
        return entry;
    }

    /** Makes each update even if another one fails. After two failures the table is down, and each further call would time out. */
    private void write(List<Runnable> updates) {
        var failures = 0;
        for (var update : updates) {
            try {
                if (failures < 2) {
                    update.run();
                }
            } catch (RecordUnavailable e) {
                failures++;
                LOG.warn("{}: the record could not be updated: {}", eni, e.getMessage());
            }
        }
    }

    private static Entry entry(
            MoveRequest request, Instant began, String outcome, boolean verified, Move move, HeldLease heldLease) {
        var call = request.call();
        var phases = new EnumMap<>(move.phases());
        var detached = began.plus(phases.getOrDefault(Step.OBSERVE, Duration.ZERO));
        var ended = began.plus(phases.values().stream().reduce(Duration.ZERO, Duration::plus));
        var lost = request.lost(detached);
        if (request.failedSince() != null) {
            phases.put(Step.DETECT, Duration.between(request.failedSince(), call.arrived()));
        }
        phases.put(Step.DECIDE, Duration.between(call.arrived(), began));
        return new Entry(
                call.id(),
                began,
                request.kind(),
                request.decision().reason(),
                call.by(),
                request.from(),
                request.to(),
                outcome,
                move.tainted(),
                heldLease.lease().isEmpty(),
                verified && lost != null ? Duration.between(lost, ended) : null,
                phases);
    }

    /** The lease of this call, or its absence if the record cannot be reached. */
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
                var again = record.acquire(lease.owner(), lease.intent(), now, now.plus(LEASE));
                lost = again.isEmpty();
                lease = again.map(Acquired::lease).orElse(lease);
                return !lost;
            } catch (RecordUnavailable e) {
                LOG.warn("{} could not renew its lease, and continues: {}", eni, e.getMessage());
                return true;
            }
        }

        void release() {
            try {
                if (lease != null) {
                    record.release(lease);
                }
            } catch (RecordUnavailable e) {
                LOG.warn("{} could not release its lease, which will expire: {}", eni, e.getMessage());
            }
        }
    }
}
