package io.enifailover.function;

import static java.util.stream.Collectors.toSet;

import io.enifailover.simulation.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.AttachmentStatus;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceAttachment;

/** The moves that the interface has made in truth, whatever the record says. */
final class PhysicalMoves {
    /**
     * A new attachment, also one to the same server as before: the interface has been away.
     *
     * @param attachment id of the new one
     * @param server     which it is to
     * @param mover      who asked for it, or null if nobody of ours did
     * @param taker      who asked for the detach before, or null if nobody of ours did
     * @param claimed    whether an automatic call took part: it detached the interface or stopped its holder, or it asked for the
     *     same attachment and cannot know whose it is, as it may have been refused only because an answer was lost
     * @param ended      when EC2 had attached the interface
     */
    record Moved(
            String attachment,
            String server,
            @Nullable Call mover,
            @Nullable Call taker,
            boolean claimed,
            Instant ended) {
        boolean automatic() {
            return claimed || (mover != null && mover.automatic()) || (taker != null && taker.automatic());
        }

        /** Whether the call that made it was in a position to write it down: of two that it made, it saw only the last one. */
        private boolean isWritten() {
            return mover != null
                    && attachment.equals(mover.attached)
                    && mover.automatic()
                    && mover.ended
                    && mover.moved
                    && !mover.dead
                    && !mover.recordFailed;
        }
    }

    private final Map<String, Call> movers = new HashMap<>();
    private final List<Moved> moves = new ArrayList<>();
    private @Nullable NetworkInterfaceAttachment last;
    private @Nullable Call taker;
    private final Set<String> claimed = new HashSet<>();
    private boolean takenAutomatically;
    private final Set<String> claimedLate = new HashSet<>();

    /** A call asks EC2 to attach the interface to this server, which EC2 may refuse. */
    void wantsToAttach(Call call, String server) {
        if (call.automatic()) {
            claimed.add(server);
            // EC2 may show it late, and a call cannot tell an attachment that began just before it from its own.
            if (last != null
                    && last.instanceId().equals(server)
                    && call.began.isBefore(last.attachTime().plusSeconds(3))) {
                claimedLate.add(last.attachmentId());
            }
        }
    }

    void detaches(Call call) {
        taker = call;
        takesPart(call);
    }

    /** A call takes the interface from its holder, perhaps not alone. */
    void takesPart(Call call) {
        takenAutomatically |= call.automatic();
    }

    void attaches(Call call, String attachment) {
        movers.put(attachment, call);
        call.attached = attachment;
    }

    /** Notes where the interface is now; called often. */
    void note(@Nullable NetworkInterfaceAttachment attachment, Instant now) {
        if (attachment == null
                || attachment.status() != AttachmentStatus.ATTACHED
                || (last != null && last.attachmentId().equals(attachment.attachmentId()))) {
            return;
        }
        if (last != null) {
            moves.add(new Moved(
                    attachment.attachmentId(),
                    attachment.instanceId(),
                    movers.get(attachment.attachmentId()),
                    taker,
                    takenAutomatically || claimed.contains(attachment.instanceId()),
                    now));
        }
        last = attachment;
        taker = null;
        claimed.clear();
        takenAutomatically = false;
    }

    /** Until when the cool-down and the flap limit hold back the next automatic move. */
    Instant dampedUntil() {
        var cool = cool(ends(Moved::automatic));
        var unlimited = unlimited(ends(Moved::automatic));
        return cool.isAfter(unlimited) ? cool : unlimited;
    }

    /** Until when the cool-down does, by the moves that must be in the record. */
    Instant coolsDownUntil() {
        return cool(ends(Moved::isWritten));
    }

    /** Whether the last move has gone to this server, and its call says that it failed. */
    boolean lastFailedAt(String server) {
        var lastMove = moves.isEmpty() ? null : moves.get(moves.size() - 1);
        return lastMove != null
                && lastMove.server().equals(server)
                && lastMove.mover() != null
                && lastMove.mover().moveFailed;
    }

    /** Until when the flap limit does, by the moves that must be in the record. */
    Instant limitedUntil() {
        return unlimited(ends(Moved::isWritten));
    }

    private static Instant cool(List<Instant> ends) {
        return ends.isEmpty() ? VirtualTime.START : ends.get(ends.size() - 1).plus(Invariants.COOL_DOWN);
    }

    private static Instant unlimited(List<Instant> ends) {
        var limit = ends.size() - Invariants.FLAP_LIMIT;
        return limit < 0 ? VirtualTime.START : ends.get(limit).plus(PairRecord.RECENT);
    }

    private List<Instant> ends(Predicate<Moved> which) {
        return moves.stream().filter(which).map(Moved::ended).sorted().toList();
    }

    /** The attachments that may be counted in the record. */
    Set<String> automatic() {
        return Stream.concat(moves.stream().filter(Moved::automatic).map(Moved::attachment), claimedLate.stream())
                .collect(toSet());
    }

    /** The attachments that must be counted in the record at the end. */
    Set<String> written() {
        var oldest = moves.stream()
                .filter(Moved::isWritten)
                .map(Moved::ended)
                .max(Comparator.naturalOrder())
                .map(last -> last.minus(PairRecord.RECENT).plus(Duration.ofMinutes(3)))
                .orElse(Instant.MAX);
        return moves.stream()
                .filter(Moved::isWritten)
                .filter(move -> move.ended().isAfter(oldest))
                .map(Moved::attachment)
                .collect(toSet());
    }
}
