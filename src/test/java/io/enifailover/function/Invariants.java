package io.enifailover.function;

import static io.enifailover.function.Invariant.AVOIDS_TAINTED_SERVERS;
import static io.enifailover.function.Invariant.COOLS_DOWN;
import static io.enifailover.function.Invariant.COUNTS_EACH_MOVE_ONCE;
import static io.enifailover.function.Invariant.ENDS_THE_NAMED_ATTACHMENT;
import static io.enifailover.function.Invariant.FAILS_BACK_ONLY_TO_A_READY_PRIMARY;
import static io.enifailover.function.Invariant.FENCES_ON_MORE_THAN_A_REPORT;
import static io.enifailover.function.Invariant.GIVES_A_LIVE_HOLDER_TIME;
import static io.enifailover.function.Invariant.GIVES_A_NEW_HOLDER_TIME;
import static io.enifailover.function.Invariant.KEEPS_A_SERVING_HOLDER;
import static io.enifailover.function.Invariant.KEEPS_TO_ITS_LEASE;
import static io.enifailover.function.Invariant.LEASE_OUTLIVES_ITS_CALLS;
import static io.enifailover.function.Invariant.LIMITS_FLAPPING;
import static io.enifailover.function.Invariant.NEVER_TWO_ACTIVE_SERVERS;
import static io.enifailover.function.Invariant.ONE_MOVER;
import static io.enifailover.function.Invariant.ONE_MOVE_PER_INCIDENT;
import static io.enifailover.function.Invariant.PREFERS_A_SERVER_THAT_SERVES;
import static io.enifailover.function.Invariant.RECORDS_A_STOP_FIRST;
import static io.enifailover.function.Invariant.RESPECTS_HOLDS;
import static io.enifailover.function.Invariant.STARTS_ONLY_WHAT_IT_STOPPED;
import static io.enifailover.function.Invariant.STOPS_ONLY_OLD_HOLDERS;

import io.enifailover.function.Decision.MoveTo;
import io.enifailover.function.HealthProber.Series;
import io.enifailover.function.InterfaceState.Held;
import io.enifailover.function.Invariant.Violation;
import io.enifailover.function.PairRecord.Acquired;
import io.enifailover.function.PairRecord.Lease;
import io.enifailover.function.PairRecord.PairState;
import io.enifailover.protocol.Hold;
import io.enifailover.protocol.Role;
import io.enifailover.protocol.Step;
import io.enifailover.simulation.GuestHistory;
import io.enifailover.simulation.Plan;
import io.enifailover.simulation.Plan.Option;
import io.enifailover.simulation.SimulatedPair;
import io.enifailover.simulation.SimulatedServers;
import io.enifailover.simulation.TroubledPair;
import io.enifailover.simulation.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.AttachmentStatus;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceAttachment;

/**
 * Judges each change that the controller makes, by the truth at the moment before the change takes effect.
 *
 * <p>The controller cannot know what happened after it observed. It is judged by what held without a break since it began to
 * observe, provided that its view was clear: a blind witness sees no server, and a record that cannot be read shows no hold.
 */
final class Invariants implements TroubledPair.Observer {
    static final Duration COOL_DOWN = Duration.ofSeconds(60);
    static final int FLAP_LIMIT = 3;
    static final Duration FAILBACK_AFTER = Duration.ofMinutes(2);

    /** The clocks of two instances of the function differ by less; see {@link Simulation}. */
    static final Duration CLOCKS = Duration.ofSeconds(1);

    /** Heartbeats come every minute; without a witness a report counts only if the holder has missed one. */
    private static final Duration HEARD = Duration.ofSeconds(85);

    /** No watch is silent for so long unless the record misses its heartbeats. */
    private static final Duration SILENCE = Duration.ofSeconds(90);

    /** A lease that was granted to a call that may still be at work. */
    private record Granted(Call call, Lease lease) {}

    private final Set<Invariant> watched;
    private final Time time;
    private final GuestHistory guests;
    private final Supplier<PairState> record;
    private final Plan plan;
    private final SimulatedServers servers;
    private final ActiveServers active;
    private final PhysicalMoves moves = new PhysicalMoves();
    private final Map<String, Granted> leases = new LinkedHashMap<>();
    private final Map<String, Boolean> heldAtLease = new HashMap<>();
    private final Set<String> takenFromServing = new HashSet<>();
    private final Set<String> oldHolders = new HashSet<>();
    private final Set<String> forced = new HashSet<>();
    private final Map<String, String> serversOfAttachments = new HashMap<>();
    private final Set<String> stoppedByPeople = new HashSet<>();
    private final Set<String> stoppedPerhaps = new HashSet<>();
    private final Map<String, Instant> seenBroken = new HashMap<>();
    private Instant lastBlind = Instant.MIN;
    private Instant lastDisturbed = VirtualTime.START;
    private @Nullable Instant lastMove;
    private @Nullable Call lastMover;
    private int detaches;
    private @Nullable String detaching;

    /**
     * @param watched which invariants to judge by
     * @param record  what is written in the record
     * @param servers EC2's, in truth
     */
    Invariants(
            Set<Invariant> watched,
            Time time,
            GuestHistory guests,
            Supplier<PairState> record,
            SimulatedServers servers,
            Plan plan) {
        this.watched = watched;
        this.time = time;
        this.guests = guests;
        this.record = record;
        this.plan = plan;
        this.servers = servers;
        this.active = new ActiveServers(servers);
    }

    /** How many detaches there were that nobody ordered. */
    int moves() {
        return detaches;
    }

    /** Something has gone wrong, or is well again. */
    @Override
    public void disturbed() {
        lastDisturbed = time.now();
    }

    /** The witness is blind at this time. */
    void blind() {
        lastBlind = time.now();
    }

    /** A call begins to observe. */
    void observes(Call call) {
        call.allLostProbes.clear();
        call.misled = false;
    }

    /**
     * A probe of a call is lost.
     *
     * @param anyNumber whether any number of them may be lost in a row
     */
    void probeLost(Call call, String address, boolean anyNumber) {
        call.allLostProbes.merge(address, 1, Integer::sum);
        call.misled |= anyNumber;
    }

    /** Notes where the interface is now; called often. */
    void note(@Nullable NetworkInterfaceAttachment attachment) {
        moves.note(attachment, time.now());
        if (attachment != null) {
            serversOfAttachments.put(attachment.attachmentId(), attachment.instanceId());
        }
        active.note(attachment);
        detaching = attachment != null && attachment.status() == AttachmentStatus.DETACHING
                ? attachment.instanceId()
                : null;
    }

    Instant dampedUntil() {
        return moves.dampedUntil();
    }

    @Override
    public void stoppedByAPerson(String server) {
        if (!stoppedPerhaps.contains(server)) {
            stoppedByPeople.add(server);
        }
    }

    /** The controller cannot know whether it has stopped this server: an answer of EC2 or of the record was lost. */
    void stoppedPerhaps(String server) {
        stoppedPerhaps.add(server);
        stoppedByPeople.remove(server);
    }

    @Override
    public void startedByAPerson(String server) {
        stoppedByPeople.remove(server);
        stoppedPerhaps.remove(server);
        oldHolders.remove(server);
        forced.remove(server);
    }

    /** A call has decided about what it saw; the schedule's notes how ready the primary is. */
    void decided(Call call, Observation observation, Collection<String> primaries) {
        call.seen = observation;
        if (call.by != Call.By.SCHEDULE || !seesClearly(call) || call.recordFailed) {
            return;
        }
        primaries.stream()
                .filter(server -> guests.hasFailedSince(server, call.observed))
                .forEach(server -> seenBroken.put(server, time.now()));
    }

    /** A call has got no answer from the record: until that grants it the lease again, it cannot know who has it. */
    void recordFailed(Call call) {
        call.recordFailed = true;
        call.unsure = true;
    }

    void leased(Call call, Acquired acquired) {
        if (!leases.containsKey(call.name)) {
            // What the decision rests on now; what a renewal shows comes too late for it.
            call.recorded = acquired.recorded();
        }
        call.unsure = false;
        var written = record.get().lease();
        var takes = written != null && written.owner().equals(call.id);
        leases.values()
                .forEach(other -> demand(
                        LEASE_OUTLIVES_ITS_CALLS,
                        !takes || other.call() == call || other.call().dead || other.call().recordFailed,
                        "takes the lease of " + other.call().name + ", which is still at work"));
        heldAtLease.putIfAbsent(call.name, isHeld(record.get().hold()));
        leases.put(call.name, new Granted(call, acquired.lease()));
    }

    void released(Call call) {
        leases.remove(call.name);
        heldAtLease.remove(call.name);
    }

    /** A call has ended, in whatever way. */
    void ended(Call call) {
        call.ended = true;
        released(call);
        if (call.dead && call.stops != null) {
            stoppedPerhaps(call.stops);
        }
    }

    /** An attach that EC2 may or may not accept. */
    void wantsToAttach(Call call, String server) {
        moves.wantsToAttach(call, server);
    }

    /** A detach that EC2 may or may not accept. */
    void wantsToDetach(Call call, String attachment) {
        call.detachWanted = call.detachWanted == null ? time.now() : call.detachWanted;
        Optional.ofNullable(serversOfAttachments.get(attachment)).ifPresent(call.askedToLetGo::add);
    }

    /** A detach by force that EC2 may or may not accept: it may show late that the attachment has ended. */
    void wantsByForce(Call call, String attachment) {
        var holder = serversOfAttachments.get(attachment);
        demand(
                GIVES_A_LIVE_HOLDER_TIME,
                holder == null
                        || !seesLife(call, holder)
                        || !time.now()
                                .isBefore(call.observed
                                        .plus(Deadlines.DEFAULT.of(Step.DETACH))
                                        .minus(CLOCKS)),
                "detaches by force from " + holder + ", which is alive and was asked at " + call.observed);
        Optional.ofNullable(serversOfAttachments.get(attachment)).ifPresent(server -> {
            oldHolders.add(server);
            forced.add(server);
        });
        active.force(attachment);
    }

    /**
     * A call is about to fence the old holder, or to detach by force; the schedule stops it later even if the call gets no
     * further.
     */
    void wantsToTaint(Call call, String server) {
        if (isDetachOverdue(call, server) || mayFence(call, server)) {
            oldHolders.add(server);
        }
    }

    /** A holder that is to stop first is not detached by force, also where EC2 refuses the detach, or another call began it. */
    private @Nullable Instant detachWanted(Call call) {
        return call.detachWanted == null && detaching != null ? call.observed : call.detachWanted;
    }

    private boolean isDetachOverdue(Call call, String server) {
        var since = plan.has(Option.STOP_FIRST) ? detachWanted(call) : call.detachAsked;
        var deadlines = seesLife(call, server) ? Deadlines.DEFAULT : Deadlines.DEFAULT.fromASilentHolder();
        var asked = call.askedToLetGo.contains(server) || server.equals(detaching);
        return asked
                && since != null
                && !time.now().isBefore(since.plus(deadlines.of(Step.DETACH)).minus(CLOCKS));
    }

    /** Only the holder that the call decided to move from. For a planned move no server is stopped that confirms the detach. */
    private boolean mayFence(Call call, String server) {
        var observation = call.seen;
        return (plan.has(Option.FENCING) || plan.has(Option.STOP_FIRST))
                && (call.decidedOn(Kind.FAILOVER) || call.decidedOn(Kind.REPAIR))
                && observation != null
                && observation.floating() instanceof Held held
                && held.holder().equals(server);
    }

    /** A detach that EC2 accepts. */
    void detaches(Call call, String asked, NetworkInterfaceAttachment ended) {
        demand(
                ENDS_THE_NAMED_ATTACHMENT,
                asked.equals(ended.attachmentId()),
                call.name + " asked to detach " + asked + " and ends " + ended.attachmentId());
        alone(call);
        unheld(call);
        moves.detaches(call);
        call.detachAsked = call.detachAsked == null ? time.now() : call.detachAsked;
        if (ended.status() == AttachmentStatus.DETACHING) {
            return;
        }
        var serves = guests.serviceSince(call.observed);
        if (!call.automatic()) {
            // Of its last round: another call may have attached the interface again, to a server that then failed.
            if (serves) {
                takenFromServing.add(call.name);
            } else {
                takenFromServing.remove(call.name);
            }
            disturbed();
            return;
        }
        if (call.decidedOn(Kind.FAILBACK)) {
            readyPrimary(call, ended.instanceId());
        } else {
            keepsServing(call, ended.instanceId(), serves);
        }
        damped(call, ended);
        demand(
                GIVES_A_NEW_HOLDER_TIME,
                !plan.has(Option.NO_WITNESS)
                        || !call.decidedOn(Kind.FAILOVER)
                        || servers.state(ended.instanceId()) != InstanceStateName.RUNNING
                        || !time.now()
                                .isBefore(ended.attachTime()
                                        .plus(Deadlines.DEFAULT.of(Step.SERVE))
                                        .minus(CLOCKS)),
                "moves on a report alone, though EC2 attached the interface at " + ended.attachTime());
        demand(
                ONE_MOVE_PER_INCIDENT,
                lastMove == null
                        || lastDisturbed.isAfter(lastMove)
                        || !guests.lastService().isAfter(lastMove)
                        || lastMover == null
                        || lastMover.dead
                        || !seesClearly(call)
                        || call.decidedOn(Kind.FAILBACK),
                "moves a second time, though it served after the first and nothing has happened since");
        lastMove = time.now();
        // Of a move without a lease nobody knows before it has ended.
        lastMover = leases.containsKey(call.name) ? call : null;
        detaches++;
    }

    private void keepsServing(Call call, String holder, boolean serves) {
        if (seesService(call, holder)) {
            demand(KEEPS_A_SERVING_HOLDER, !serves, "detaches from " + holder + ", which serves");
        }
    }

    private void readyPrimary(Call call, String holder) {
        var target = call.decision instanceof MoveTo move ? move.serverId() : "";
        demand(
                FAILS_BACK_ONLY_TO_A_READY_PRIMARY,
                SimulatedPair.roleOf(holder) == Role.STANDBY && SimulatedPair.roleOf(target) == Role.PRIMARY,
                "fails back from " + holder + " to " + target);
        var broken = seenBroken.get(target);
        demand(
                FAILS_BACK_ONLY_TO_A_READY_PRIMARY,
                broken == null
                        || !time.now().isBefore(broken.plus(FAILBACK_AFTER).minus(CLOCKS)),
                "fails back to " + target + ", which was seen not to serve at " + broken);
    }

    /** An attachment that EC2 begins. */
    void attaches(Call call, String server, String attachment, Set<String> all) {
        alone(call);
        unheld(call);
        moves.attaches(call, attachment);
        var others = active.besides(server);
        demand(
                NEVER_TWO_ACTIVE_SERVERS,
                others.isEmpty() || !plan.has(Option.STOP_FIRST),
                "attaches to " + server + ", while these may be active: " + others);
        demand(
                AVOIDS_TAINTED_SERVERS,
                !call.recorded.tainted().containsKey(server),
                "attaches to " + server + ", which is tainted");
        if (!seesClearly(call) || !guests.hasFailedSince(server, call.observed)) {
            return;
        }
        if (call.automatic()) {
            demand(
                    PREFERS_A_SERVER_THAT_SERVES,
                    all.stream()
                            .noneMatch(other -> !other.equals(server)
                                    && !call.recorded.tainted().containsKey(other)
                                    && knowsOf(call, other)
                                    && guests.hasServedSince(other, call.observed)),
                    "attaches to " + server + ", which does not serve, while another does");
        } else {
            demand(
                    PREFERS_A_SERVER_THAT_SERVES,
                    !takenFromServing.contains(call.name),
                    "took it from a server that served, and attaches to " + server + ", which does not");
        }
    }

    /** Not if EC2's listing left it out, and showed the server that it replaces. */
    private boolean knowsOf(Call call, String server) {
        var observation = call.seen;
        return observation == null
                || observation.server(server).isPresent()
                || observation.servers().stream().noneMatch(it -> it.role() == SimulatedPair.roleOf(server));
    }

    /**
     * A stop that EC2 accepts.
     *
     * @param holds whether the interface is attached to the server
     */
    void stops(Call call, String server, boolean holds) {
        unheld(call);
        demand(
                KEEPS_A_SERVING_HOLDER,
                !call.automatic() || !seesService(call, server) || !holds || !guests.serviceSince(call.observed),
                "stops " + server + ", which serves");
        demand(
                RECORDS_A_STOP_FIRST,
                record.get().stopped().containsKey(server),
                "stops " + server + ", and the record does not say so");
        demand(
                STOPS_ONLY_OLD_HOLDERS,
                oldHolders.contains(server) || mayFence(call, server),
                "stops " + server + ", which was neither detached by force nor has to be fenced");
        if (holds) {
            moves.takesPart(call);
        }
        // With stop-first, one whose detach is overdue may let go just before it is stopped for that.
        var fences = plan.has(Option.STOP_FIRST) ? !isDetachOverdue(call, server) : !holds;
        if (fences && mayFence(call, server) && !forced.contains(server)) {
            suspected(call, server);
        }
        oldHolders.add(server);
    }

    private void suspected(Call call, String server) {
        var heartbeats = call.recorded.heartbeats();
        var heartbeat = heartbeats.get(server);
        var silent = heartbeat == null || heartbeat.at().isBefore(time.now().minus(HEARD));
        var othersAreHeard = heartbeats.values().stream()
                .anyMatch(it -> it.at().isAfter(call.observed.minus(SILENCE).minus(CLOCKS)));
        demand(
                FENCES_ON_MORE_THAN_A_REPORT,
                !plan.has(Option.NO_WITNESS)
                        || !guests.hasServedSince(server, call.observed)
                        || (silent && othersAreHeard),
                "fences " + server + ", which serves, and whose watch is not silent");
    }

    /** A start that EC2 accepts. */
    void starts(Call call, String server) {
        unheld(call);
        demand(
                STARTS_ONLY_WHAT_IT_STOPPED,
                !stoppedByPeople.contains(server),
                "starts " + server + ", which a person has stopped");
        stoppedPerhaps.remove(server);
        oldHolders.remove(server);
        forced.remove(server);
    }

    /** The history is over. */
    void over(Set<String> counted) {
        var extra = new HashSet<>(counted);
        extra.removeAll(moves.automatic());
        demand(COUNTS_EACH_MOVE_ONCE, extra.isEmpty(), "counts as an automatic move what was none: " + extra);
        var missing = new HashSet<>(moves.written());
        missing.removeAll(counted);
        demand(COUNTS_EACH_MOVE_ONCE, missing.isEmpty(), "does not count " + missing);
    }

    private void damped(Call call, NetworkInterfaceAttachment ended) {
        var now = time.now();
        if (call.unread) {
            demand(
                    COOLS_DOWN,
                    !now.isBefore(ended.attachTime().plus(COOL_DOWN).minus(CLOCKS)),
                    "moves without the record, though EC2 attached the interface at " + ended.attachTime());
        }
        if (call.recordFailed) {
            return;
        }
        demand(
                LIMITS_FLAPPING,
                !now.isBefore(moves.limitedUntil().minus(CLOCKS)),
                "moves, though the flap limit holds until " + moves.limitedUntil());
        demand(
                COOLS_DOWN,
                correctsAFailedMove(call, ended.instanceId())
                        || !now.isBefore(moves.coolsDownUntil().minus(CLOCKS)),
                "moves, though it cools down until " + moves.coolsDownUntil());
    }

    /** Whether the last move to the holder has failed, and the other server was seen to serve. */
    private boolean correctsAFailedMove(Call call, String holder) {
        return moves.lastFailedAt(holder)
                && call.decision instanceof MoveTo move
                && !guests.hasFailedSince(move.serverId(), call.observed);
    }

    private void alone(Call call) {
        var own = leases.get(call.name);
        if (own == null) {
            return;
        }
        var now = time.now();
        var written = record.get().lease();
        demand(
                KEEPS_TO_ITS_LEASE,
                call.unsure
                        || written == null
                        || written.owner().equals(call.id)
                        || !now.isBefore(written.deadline().minus(CLOCKS)),
                "changes something, though " + (written == null ? "" : written.owner()) + " has the lease now");
        leases.values()
                .forEach(other -> demand(
                        ONE_MOVER,
                        other.call() == call
                                || other.call().dead
                                || !now.isBefore(own.lease().deadline())
                                || !now.isBefore(other.lease().deadline().minus(CLOCKS)),
                        "changes something while " + other.call().name + " has the lease too"));
    }

    private void unheld(Call call) {
        var mayActUnderAHold = call.by == Call.By.ORDER || call.by == Call.By.DEPLOYMENT;
        demand(
                RESPECTS_HOLDS,
                mayActUnderAHold || (!isHeld(call.recorded.hold()) && !heldAtLease.getOrDefault(call.name, false)),
                "does something by itself under a hold");
    }

    private boolean isHeld(@Nullable Hold hold) {
        return hold != null && time.now().isBefore(hold.until().minus(CLOCKS));
    }

    /** A witness that was blind for the first probes only takes a machine for silent that is not. */
    private boolean seesLife(Call call, String server) {
        return seesClearly(call) && guests.hasLivedSince(server, call.observed);
    }

    /** Two probes in a row decide what the witness makes of a server, so that two lost ones may mislead it. */
    private boolean seesClearly(Call call) {
        return isSighted(call)
                && (!call.misled
                        || call.allLostProbes.values().stream().allMatch(lost -> lost < Series.QUICK.failures()));
    }

    /**
     * Whether fewer probes were lost than must fail at the floating address before the interface leaves this server: with a
     * report three, or two if two fail at its own address as well; and those of the longest series without one.
     */
    private boolean seesService(Call call, String holder) {
        if (!isSighted(call) || !call.misled) {
            return isSighted(call);
        }
        var there =
                call.allLostProbes.getOrDefault(Simulation.SERVICE.endpoint().address(), 0);
        var observation = call.seen;
        if (observation == null || observation.observer().isEmpty()) {
            return there < Series.LONG.failures();
        }
        var own = call.allLostProbes.getOrDefault(servers.address(holder), 0);
        return there < Series.AGAIN.failures() && Math.min(there, own) < Series.QUICK.failures();
    }

    private boolean isSighted(Call call) {
        return !plan.has(Option.NO_WITNESS) && lastBlind.isBefore(call.observed);
    }

    private void demand(Invariant invariant, boolean holds, String violation) {
        if (!holds && watched.contains(invariant)) {
            throw new Violation(invariant, violation);
        }
    }
}
