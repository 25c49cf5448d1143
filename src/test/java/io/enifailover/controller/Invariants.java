package io.enifailover.controller;

import io.enifailover.controller.PairRecord.Lease;
import io.enifailover.controller.PairRecord.Memory;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.AttachmentStatus;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceAttachment;

/**
 * What the controller must never do, judged at each of its changes by the truth and by what it could know.
 *
 * <p>It could know what held without a break since it began the look that its decision rests on, provided that its look was
 * not troubled: a witness that is blind sees no server, and a record that cannot be read shows no hold.
 */
final class Invariants {
    static final Duration COOL_DOWN = Duration.ofSeconds(60);
    static final int FLAP_LIMIT = 3;

    /** One call of the function, as seen from outside. */
    static final class Call {
        final String name;
        final boolean ordered;
        final Instant began;
        Instant looked;
        Memory memory = Memory.EMPTY;
        boolean dead;

        Call(String name, boolean ordered, Instant began) {
            this.name = name;
            this.ordered = ordered;
            this.began = began;
            this.looked = began;
        }
    }

    private final Time time;
    private final SimulatedGuests guests;
    private final boolean failback;
    private final Map<String, Lease> leases = new LinkedHashMap<>();
    private Instant lastBlind = Instant.MIN;
    private Instant lastDisturbed = VirtualTime.START;
    private @Nullable Instant lastMove;
    private @Nullable Call lastMover;
    private int moves;

    Invariants(Time time, SimulatedGuests guests, boolean failback) {
        this.time = time;
        this.guests = guests;
        this.failback = failback;
    }

    int moves() {
        return moves;
    }

    /** Something has gone wrong, or is well again. */
    void disturbed() {
        lastDisturbed = time.now();
    }

    /** The witness is blind at this time. */
    void blind() {
        lastBlind = time.now();
    }

    void leased(Call call, Lease lease) {
        leases.put(call.name, lease);
    }

    void gaveBack(Call call) {
        leases.remove(call.name);
    }

    /** A detach that EC2 has accepted, of this attachment. */
    void detached(Call call, String asked, NetworkInterfaceAttachment ended) {
        demand(
                asked.equals(ended.attachmentId()),
                call.name + " asked to detach " + asked + " and ended " + ended.attachmentId());
        alone(call);
        if (ended.status() == AttachmentStatus.DETACHING || call.ordered) {
            return;
        }
        unheld(call);
        if (sighted(call) && !failback) {
            demand(!guests.serviceSince(call.looked), "detached from " + ended.instanceId() + ", which serves");
        }
        var recent = call.memory.movesSince(time.now().minus(PairRecord.RECENT));
        demand(recent < FLAP_LIMIT, "moves after " + recent + " moves within the hour");
        demand(
                call.memory.movesSince(time.now().minus(COOL_DOWN)) == 0,
                "moves within the cool-down: the moves were at " + call.memory.recentMoves());
        demand(
                lastMove == null
                        || lastDisturbed.isAfter(lastMove)
                        || !guests.lastService().isAfter(lastMove)
                        || lastMover == null
                        || lastMover.dead
                        || !sighted(call)
                        || failback,
                "moves a second time, though it served after the first and nothing has happened since");
        lastMove = time.now();
        // Of a move without a lease nobody knows before it has ended.
        lastMover = leases.containsKey(call.name) ? call : null;
        moves++;
    }

    /** An attachment that EC2 has begun. */
    void attached(Call call, String server, Set<String> others) {
        alone(call);
        if (call.ordered) {
            return;
        }
        unheld(call);
        demand(!call.memory.tainted().containsKey(server), "attached to " + server + ", which is tainted");
        if (sighted(call) && guests.hasFailedSince(server, call.looked)) {
            demand(
                    others.stream()
                            .noneMatch(other -> !other.equals(server) && guests.hasServedSince(other, call.looked)),
                    "attached to " + server + ", which does not serve, while another does");
        }
    }

    /** A stop that EC2 has accepted. */
    void stopped(Call call, String server, boolean holds) {
        unheld(call);
        demand(
                call.ordered || !sighted(call) || !holds || !guests.serviceSince(call.looked),
                "stopped " + server + ", which serves");
    }

    private void alone(Call call) {
        var own = leases.get(call.name);
        if (own == null || !time.now().isBefore(own.deadline())) {
            return;
        }
        leases.forEach((other, lease) -> demand(
                other.equals(call.name) || !time.now().isBefore(lease.deadline()),
                "changes something while " + other + " has the lease too"));
    }

    private void unheld(Call call) {
        demand(call.ordered || call.memory.holdAt(time.now()).isEmpty(), "does something by itself under a hold");
    }

    private boolean sighted(Call call) {
        return lastBlind.isBefore(call.looked);
    }

    private static void demand(boolean holds, String violation) {
        if (!holds) {
            throw new AssertionError(violation);
        }
    }
}
