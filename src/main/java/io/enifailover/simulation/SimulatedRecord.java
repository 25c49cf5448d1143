package io.enifailover.simulation;

import io.enifailover.function.PairRecord;
import io.enifailover.function.Time;
import io.enifailover.protocol.Hold;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A pair record in memory, on virtual time: a call takes time. */
public class SimulatedRecord implements PairRecord {
    private record Key(Instant at, String id) {}

    private final Time time;
    private final Map<String, Instant> tainted = new HashMap<>();
    private final Map<String, Instant> stopped = new HashMap<>();
    private final Map<String, Instant> failedMoves = new HashMap<>();
    final Map<String, Instant> moves = new HashMap<>();
    private final TreeMap<Key, Entry> history =
            new TreeMap<>(Comparator.comparing(Key::at).thenComparing(Key::id));
    private Duration callTakes = Duration.ZERO;
    private long generation;
    private @Nullable Lease lease;
    private @Nullable Hold hold;
    private @Nullable Instant readySince;
    private final Map<String, LastHeartbeat> heartbeats = new HashMap<>();
    private @Nullable Rights rights;

    public SimulatedRecord(Time time) {
        this.time = time;
    }

    public SimulatedRecord callTakes(Duration value) {
        callTakes = value;
        return this;
    }

    /** Returns what is written, without a call. */
    public PairState written() {
        return new PairState(
                lease,
                hold,
                tainted,
                stopped,
                failedMoves,
                List.copyOf(moves.values()),
                readySince,
                heartbeats,
                rights,
                List.of());
    }

    @Override
    public PairState read() {
        return call("GetItem", this::written);
    }

    @Override
    public Optional<Acquired> acquire(String owner, String intent, Instant now, Instant deadline) {
        return acquire(() -> true, owner, intent, now, deadline);
    }

    private Optional<Acquired> acquire(
            BooleanSupplier allowed, String owner, String intent, Instant now, Instant deadline) {
        return call("UpdateItem", () -> {
            if (!allowed.getAsBoolean()
                    || (lease != null
                            && now.isBefore(lease.deadline())
                            && !lease.owner().equals(owner))) {
                return Optional.empty();
            }
            generation++;
            lease = new Lease(owner, intent, deadline, generation);
            return Optional.of(new Acquired(lease, written()));
        });
    }

    @Override
    public Optional<Acquired> acquireUnlessHeld(String owner, String intent, Instant now, Instant deadline) {
        return acquire(() -> hold == null || !now.isBefore(hold.until()), owner, intent, now, deadline);
    }

    @Override
    public void release(Lease given) {
        update(() -> lease = given.generation() == generation ? null : lease);
    }

    @Override
    public void append(Entry entry) {
        var key = new Key(entry.at(), entry.id());
        call("PutItem", () -> {
            history.put(key, entry);
            return entry;
        });
    }

    @Override
    public void count(String attachmentId, Instant ended) {
        update(() -> {
            moves.merge(attachmentId, ended, (one, other) -> one.isAfter(other) ? one : other);
            moves.values().removeIf(end -> end.isBefore(ended.minus(RECENT)));
        });
    }

    @Override
    public void hold(Hold value) {
        update(() -> hold = value);
    }

    @Override
    public void endHold() {
        update(() -> hold = null);
    }

    @Override
    public void taint(String instanceId, Instant since) {
        update(() -> tainted.put(instanceId, since));
    }

    @Override
    public Optional<Instant> stopped(String instanceId, Instant at) {
        return call("UpdateItem", () -> Optional.ofNullable(stopped.put(instanceId, at)))
                .filter(before -> !before.equals(at));
    }

    @Override
    public void notStopped(String instanceId, Instant at, Optional<Instant> before) {
        update(() -> {
            if (at.equals(stopped.get(instanceId))) {
                before.ifPresentOrElse(it -> stopped.put(instanceId, it), () -> stopped.remove(instanceId));
            }
        });
    }

    @Override
    public void clearTaint(String instanceId) {
        update(() -> {
            tainted.remove(instanceId);
            stopped.remove(instanceId);
        });
    }

    @Override
    public void failedMove(String instanceId, Instant at) {
        update(() -> failedMoves.put(instanceId, at));
    }

    @Override
    public void forgetFailedMove(String instanceId) {
        update(() -> failedMoves.remove(instanceId));
    }

    @Override
    public void readySince(@Nullable Instant since) {
        update(() -> readySince = since);
    }

    @Override
    public void heartbeat(String instanceId, LastHeartbeat heartbeat) {
        update(() -> heartbeats.put(instanceId, heartbeat));
    }

    @Override
    public void forgetHeartbeat(String instanceId) {
        update(() -> heartbeats.remove(instanceId));
    }

    @Override
    public void rights(Rights value) {
        update(() -> rights = value);
    }

    @Override
    public List<Entry> history(int most) {
        return call(
                "Query",
                () -> history.descendingMap().values().stream().limit(most).toList());
    }

    private void update(Runnable effect) {
        call("UpdateItem", () -> {
            effect.run();
            return Optional.empty();
        });
    }

    <T> T call(String name, Supplier<T> effect) {
        time.sleep(callTakes);
        return effect.get();
    }
}
