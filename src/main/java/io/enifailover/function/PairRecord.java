package io.enifailover.function;

import io.enifailover.protocol.Hold;
import io.enifailover.protocol.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The state of a pair that is kept from one run of the controller to the next; everything else is observed.
 *
 * <p>Each method throws {@link RecordUnavailable} if the record does not answer; the call may have had its effect nevertheless.
 * Each can be repeated.
 */
public interface PairRecord {
    /** For how long a move counts as recent, an hour. */
    Duration RECENT = Duration.ofHours(1);

    /** The field that counts the automatic moves. */
    String MOVES = "moves";

    /** Later than any real time; stands for the beginning of a taint, or the end of a lease or a hold, that cannot be read. */
    Instant UNKNOWN = Instant.parse("9999-12-31T23:59:59Z");

    /** For how long an entry stays in the history, 90 days. */
    Duration HISTORY = Duration.ofDays(90);

    /** Reads everything but the history, consistently: it contains the last write. */
    PairState read();

    /**
     * Acquires the lease if it is free, has expired, or already belongs to this owner. A call acquires its own lease again to
     * renew it, or because the answer to an earlier attempt was lost. Each acquisition increases the generation.
     *
     * @param owner a name that no other run of the controller has
     * @param intent the server to which the interface should go, for people and for the controller that finishes the move
     * @param deadline until when no other owner may acquire it
     * @return empty if another controller's lease is valid
     */
    Optional<Acquired> acquire(String owner, String intent, Instant now, Instant deadline);

    /** Does the same, unless there is a hold; a hold that began after the observation behind the decision counts too. */
    Optional<Acquired> acquireUnlessHeld(String owner, String intent, Instant now, Instant deadline);

    /** Releases the lease, if it is still of this generation. */
    void release(Lease lease);

    void append(Entry entry);

    /**
     * Counts an automatic move for the cool-down and the flap limit, once for each new attachment.
     *
     * @param ended when the move ended
     */
    void count(String attachmentId, Instant ended);

    /** Sets a hold, which replaces an earlier one. */
    void hold(Hold hold);

    /** Ends the hold, if there is one. */
    void endHold();

    /** Records that the interface was detached from this instance by force. */
    void taint(String instanceId, Instant since);

    /**
     * Records that the controller stops this instance. The controller starts only servers that it has stopped itself: another
     * stopped server may have been stopped on purpose.
     *
     * @return the time that was recorded before
     */
    Optional<Instant> stopped(String instanceId, Instant at);

    /**
     * Restores the earlier state, unless another call has recorded a stop since: the instance was stopping already, or EC2
     * refused to stop it.
     *
     * @param at the time that was recorded
     * @param before the time that was recorded before it
     */
    void notStopped(String instanceId, Instant at, Optional<Instant> before);

    /** Ends the taint of this instance, if it has one, and forgets that the controller stopped it. */
    void clearTaint(String instanceId);

    /** Records that a move to this instance has failed: the next one goes to another server, if there is one. */
    void failedMove(String instanceId, Instant at);

    void forgetFailedMove(String instanceId);

    /** Records since when the server that is not the holder has been ready without a break; null: it is not ready. */
    void readySince(@Nullable Instant since);

    void heartbeat(String instanceId, LastHeartbeat heartbeat);

    void forgetHeartbeat(String instanceId);

    /** Records the result of a check of the function's permissions. */
    void rights(Rights rights);

    /**
     * Reads the history, newest first.
     *
     * @param most how many entries at most, 1 or more
     */
    List<Entry> history(int most);

    /**
     * Everything but the history.
     *
     * @param lease the last one that was not released, expired or not
     * @param hold the last one that was not ended, expired or not
     * @param tainted since when, by instance id
     * @param stopped when the controller stopped a tainted server, by instance id
     * @param failedMoves when the last move to a server failed, by instance id
     * @param recentMoves when the automatic moves ended, oldest first, at least those of the hour before the last one
     * @param readySince since when the server that is not the holder has been ready, or null
     * @param heartbeats the last heartbeat of each watch, by instance id
     * @param rights result of the last check of the function's permissions, or null
     * @param unreadable the fields that cannot be read; those that guard a move count as set
     */
    record PairState(
            @Nullable Lease lease,
            @Nullable Hold hold,
            Map<String, Instant> tainted,
            Map<String, Instant> stopped,
            Map<String, Instant> failedMoves,
            List<Instant> recentMoves,
            @Nullable Instant readySince,
            Map<String, LastHeartbeat> heartbeats,
            @Nullable Rights rights,
            List<String> unreadable) {

        /** The state of a new pair; also used when the record cannot be read. */
        static final PairState EMPTY =
                new PairState(null, null, Map.of(), Map.of(), Map.of(), List.of(), null, Map.of(), null, List.of());

        public PairState {
            tainted = Map.copyOf(tainted);
            stopped = Map.copyOf(stopped);
            failedMoves = Map.copyOf(failedMoves);
            heartbeats = Map.copyOf(heartbeats);
            recentMoves = recentMoves.stream().sorted().toList();
            unreadable = unreadable.stream().sorted().toList();
        }

        PairState with(@Nullable Lease other) {
            return new PairState(
                    other,
                    hold,
                    tainted,
                    stopped,
                    failedMoves,
                    recentMoves,
                    readySince,
                    heartbeats,
                    rights,
                    unreadable);
        }

        /** Returns which fields cannot be read, if there are any. */
        Optional<String> damage() {
            return unreadable.isEmpty()
                    ? Optional.empty()
                    : Optional.of("cannot be read: " + String.join(", ", unreadable));
        }

        /** Whether the times of the recent moves cannot be read. */
        boolean movesUnknown() {
            return unreadable.contains(MOVES);
        }

        Optional<Lease> leaseAt(Instant now) {
            return Optional.ofNullable(lease).filter(l -> now.isBefore(l.deadline()));
        }

        Optional<Hold> holdAt(Instant now) {
            return Optional.ofNullable(hold).filter(h -> now.isBefore(h.until()));
        }

        /** How many automatic moves there were after this instant; it goes back no further than {@link #RECENT}. */
        long movesSince(Instant instant) {
            return recentMoves.stream().filter(m -> m.isAfter(instant)).count();
        }
    }

    /**
     * The right to move the interface until a deadline.
     *
     * @param generation higher than that of every earlier lease of the pair
     */
    record Lease(String owner, String intent, Instant deadline, long generation) {}

    /**
     * A lease that was acquired.
     *
     * @param recorded everything but the history, as of the write that acquired the lease
     */
    record Acquired(Lease lease, PairState recorded) {}

    /**
     * The last heartbeat of a watch.
     *
     * @param at when it arrived
     * @param version identifies the user data of the server's first boot
     * @param skew by how much the server's clock is ahead
     * @param driver version of the server's ENA driver, or empty
     * @param failedUnits units of failover-active.target that have failed there, with spaces between them, or empty
     */
    record LastHeartbeat(Instant at, String version, Duration skew, String driver, String failedUnits) {}

    /**
     * The result of a check of the function's permissions.
     *
     * @param missing what EC2 would refuse, or empty
     */
    record Rights(Instant at, String missing) {}

    /**
     * One line of the history.
     *
     * @param id together with {@code at} it identifies the entry, so that writing it twice has no effect
     * @param by the trigger, or the operator
     * @param from the instance that held the interface before, or null
     * @param to the instance that holds it now, or null
     * @param forced whether it was detached by force
     * @param withoutLease whether the record could not be reached when it began
     * @param outage from the first known failure to the first probe of the new holder that passed, or null if unknown
     * @param phases the time that each step took
     */
    record Entry(
            String id,
            Instant at,
            Kind kind,
            String reason,
            String by,
            @Nullable String from,
            @Nullable String to,
            String outcome,
            boolean forced,
            boolean withoutLease,
            @Nullable Duration outage,
            Map<Step, Duration> phases) {

        public Entry {
            var inOrder = new EnumMap<Step, Duration>(Step.class);
            inOrder.putAll(phases);
            phases = Collections.unmodifiableMap(inOrder);
        }

        Instant ended() {
            return phases.entrySet().stream()
                    .filter(phase -> phase.getKey().compareTo(Step.DECIDE) > 0)
                    .map(Map.Entry::getValue)
                    .reduce(at, Instant::plus, (one, other) -> other);
        }

        /** Whether the interface is at another server than before. */
        boolean moved() {
            return !Objects.equals(from, to);
        }
    }
}
