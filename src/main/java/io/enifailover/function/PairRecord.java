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
 * What a pair remembers from one run of the controller to the next; everything else is observed.
 *
 * <p>Each method throws {@link RecordUnavailable} if the record does not answer, and its effect may have come about all the
 * same. Each can be repeated.
 */
interface PairRecord {
    /** For how long a move counts as recent, an hour. */
    Duration RECENT = Duration.ofHours(1);

    /** The field that counts the automatic moves. */
    String MOVES = "moves";

    /** Later than everything: when a taint began, or a lease or a hold ends, that cannot be read. */
    Instant UNKNOWN = Instant.parse("9999-12-31T23:59:59Z");

    /** For how long an entry stays in the history, 90 days. */
    Duration HISTORY = Duration.ofDays(90);

    /** Reads everything but the history, no older than the last write. */
    PairState read();

    /**
     * Takes the lease if it is free, has expired, or is the taker's own already: the answer to an earlier attempt may have
     * been lost, and a longer run takes it again to renew it. Each time it is taken makes a new generation.
     *
     * @param owner the taker, a name that no other run of the controller has
     * @param intent what the move is going to do, for people and for the controller that finishes it
     * @param deadline until when no other call may acquire it
     * @return empty if another controller's lease is valid
     */
    Optional<Acquired> take(String owner, String intent, Instant now, Instant deadline);

    /** Does the same, unless there is a hold: one that came after the look which the decision rests on counts too. */
    Optional<Acquired> takeUnlessHeld(String owner, String intent, Instant now, Instant deadline);

    /** Frees the lease, if it is still this generation. */
    void giveBack(Lease lease);

    /** Adds an entry to the history. */
    void append(Entry entry);

    /**
     * Counts an automatic move for the cool-down and the flap limit, once for each attachment that it led to.
     *
     * @param ended when the move was over
     */
    void count(String attachmentId, Instant ended);

    /** Pauses automatic moves, in place of an earlier hold. */
    void hold(Hold hold);

    /** Ends the hold, if there is one. */
    void release();

    /** Notes that this instance was detached by force. */
    void taint(String instanceId, Instant since);

    /**
     * Notes that the controller stops this instance. Only what it has stopped itself it may start again: another server that
     * is found stopped may have been stopped on purpose.
     *
     * @return what was noted before
     */
    Optional<Instant> stopped(String instanceId, Instant at);

    /**
     * Takes that note back, unless another call has written one since: the instance was stopping already, or EC2 refused.
     *
     * @param at the time that was noted
     * @param before what was noted before, and counts again
     */
    void notStopped(String instanceId, Instant at, Optional<Instant> before);

    /** Ends the taint of this instance, if it has one, and forgets that the controller stopped it. */
    void clearTaint(String instanceId);

    /** Notes that a move to this instance has failed: the next one goes to another server, if there is one. */
    void failedMove(String instanceId, Instant at);

    /** Forgets that a move to this instance has failed. */
    void forgetFailedMove(String instanceId);

    /** Notes since when the server that is not the holder has been ready without a break; null: it is not. */
    void readySince(@Nullable Instant since);

    /** Notes that the watch on this instance is there. */
    void heard(String instanceId, Pulse pulse);

    /** Forgets the watch on this instance. */
    void forget(String instanceId);

    /** Notes the result of a check of the function's rights. */
    void rights(Rights rights);

    /**
     * Reads the history, newest first.
     *
     * @param most how many entries at most, 1 or more
     */
    List<Entry> history(int most);

    /**
     * All but the history.
     *
     * @param lease the last one that was not given back, expired or not
     * @param hold the last one that was not released, expired or not
     * @param tainted since when, by instance id
     * @param stopped when the controller stopped a tainted server, by instance id
     * @param failedMoves when the last move to a server failed, by instance id
     * @param recentMoves when the automatic moves ended, oldest first, at least those of the hour before the last one
     * @param readySince since when the server that is not the holder has been ready, or null
     * @param pulses the last heartbeat of each watch, by instance id
     * @param rights result of the last check of the function's rights, or null
     * @param unreadable the fields that cannot be read: each costs itself only, and counts as set where it guards a move
     */
    record PairState(
            @Nullable Lease lease,
            @Nullable Hold hold,
            Map<String, Instant> tainted,
            Map<String, Instant> stopped,
            Map<String, Instant> failedMoves,
            List<Instant> recentMoves,
            @Nullable Instant readySince,
            Map<String, Pulse> pulses,
            @Nullable Rights rights,
            List<String> unreadable) {

        /** Of a pair that has never done anything, and for a run that goes on without the record. */
        static final PairState EMPTY =
                new PairState(null, null, Map.of(), Map.of(), Map.of(), List.of(), null, Map.of(), null, List.of());

        public PairState {
            tainted = Map.copyOf(tainted);
            stopped = Map.copyOf(stopped);
            failedMoves = Map.copyOf(failedMoves);
            pulses = Map.copyOf(pulses);
            recentMoves = recentMoves.stream().sorted().toList();
            unreadable = unreadable.stream().sorted().toList();
        }

        /** The same with another lease. */
        PairState with(@Nullable Lease other) {
            return new PairState(
                    other, hold, tainted, stopped, failedMoves, recentMoves, readySince, pulses, rights, unreadable);
        }

        /** Says which fields cannot be read, if there are any. */
        Optional<String> damage() {
            return unreadable.isEmpty()
                    ? Optional.empty()
                    : Optional.of("cannot be read: " + String.join(", ", unreadable));
        }

        /** Whether it cannot be told when the interface moved. */
        boolean movesUnknown() {
            return unreadable.contains(MOVES);
        }

        /** The lease, unless it has expired. */
        Optional<Lease> leaseAt(Instant now) {
            return Optional.ofNullable(lease).filter(l -> now.isBefore(l.deadline()));
        }

        /** The hold, unless it has expired. */
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
     * A lease that was taken.
     *
     * @param memory everything but the history, as it was written with the lease
     */
    record Acquired(Lease lease, PairState memory) {}

    /**
     * A heartbeat of a watch.
     *
     * @param at when it arrived
     * @param version of the server's first boot
     * @param skew how far the server's clock is ahead
     * @param driver version of the server's ENA driver, or empty
     * @param failedUnits units of failover-active.target that have failed there, with spaces between them, or empty
     */
    record Pulse(Instant at, String version, Duration skew, String driver, String failedUnits) {
        /** A heartbeat of a server where no unit has failed. */
        Pulse(Instant at, String version, Duration skew, String driver) {
            this(at, version, skew, driver, "");
        }
    }

    /**
     * What came of a check of the function's rights.
     *
     * @param missing what EC2 would refuse, or empty
     */
    record Rights(Instant at, String missing) {}

    /**
     * One line of the history.
     *
     * @param id made once, together with {@code at}: the same two are the same entry
     * @param by the trigger, or the operator
     * @param from the instance that held the interface before, or null
     * @param to the instance that holds it now, or null
     * @param forced whether it was detached by force
     * @param withoutLease whether the record could not be reached when it began
     * @param outage from the first failure known to the first good answer of the new holder, or null if none was seen
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

        /** When the move was over. */
        Instant ended() {
            return phases.entrySet().stream()
                    .filter(phase -> phase.getKey().compareTo(Step.DECIDE) > 0)
                    .map(Map.Entry::getValue)
                    .reduce(at, Instant::plus, (one, other) -> other);
        }

        /** Whether the interface is elsewhere than before. */
        boolean moved() {
            return !Objects.equals(from, to);
        }
    }
}
