package io.enifailover.simulation;

import io.enifailover.function.Pair;
import io.enifailover.function.RecordUnavailable;
import io.enifailover.protocol.Hold;
import io.enifailover.protocol.Role;
import io.enifailover.simulation.Plan.Fault;
import io.enifailover.simulation.Plan.Option;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import software.amazon.awssdk.services.ec2.model.AttachmentStatus;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;

/** A simulated pair for which a plan says what goes wrong, and when. */
public final class TroubledPair extends SimulatedPair {
    /** What the pair acts on. */
    public record Outside(
            Baton baton,
            SimulatedEc2 ec2,
            SimulatedGuests guests,
            ScriptedRecord table,
            Observer observer,
            PlannedChance chance,
            Consumer<String> log) {}

    /** The function, as people and the schedule of the drill call it too. */
    public interface OperatorCalls extends FunctionCalls {
        void order(Role to);

        void drill();

        /** Updates the stack, which asks for this holder. */
        void deploy(Pair pair, Role holder);
    }

    /** Is notified of what people and faults do to the pair. */
    public interface Observer {
        /** A fault has begun or ended, or a server has changed its state. */
        default void disturbed() {}

        default void stoppedByAPerson(String server) {}

        default void startedByAPerson(String server) {}
    }

    private final Plan plan;
    private final ScriptedRecord table;
    private final PlannedChance chance;
    private final Observer observer;
    private final Consumer<String> log;
    private final OperatorCalls function;
    private final Map<String, Clock> clocks = new HashMap<>();
    private final Set<String> flapping = new HashSet<>();
    private final List<Fault> uncued = new ArrayList<>();
    private int goingOn;
    private Instant lastChange = Baton.START;

    public TroubledPair(Plan plan, Outside outside, OperatorCalls function) {
        super(outside.baton(), outside.ec2(), outside.guests(), outside.chance(), function);
        this.plan = plan;
        this.function = function;
        table = outside.table();
        chance = outside.chance();
        observer = outside.observer();
        log = outside.log();
    }

    @Override
    public void begin() {
        super.begin();
        for (var fault : plan.faults()) {
            goingOn++;
            if (fault.cue() == null) {
                baton.at(fault.start(), () -> begin(fault));
            } else {
                uncued.add(fault);
            }
        }
    }

    /** Begins the faults for which this entry of the timeline is the cue. */
    public void happened(String what) {
        var cued = uncued.stream()
                .filter(fault -> what.contains(Objects.requireNonNull(fault.cue())))
                .toList();
        uncued.removeAll(cued);
        cued.forEach(this::begin);
    }

    /** Returns when the last fault ended, or began if it lasts; empty while others are to begin or end. */
    public Optional<Instant> cleared() {
        return goingOn == 0 ? Optional.of(lastChange) : Optional.empty();
    }

    /** Whether a fault keeps the interface from moving to a server that would serve. */
    public boolean hindered() {
        return Stream.of(FaultKind.values()).anyMatch(kind -> is(kind) && Plan.hinders(kind));
    }

    /** The servers that would serve if they had the interface. */
    public List<String> able() {
        return servers().stream()
                .filter(server -> guests.serves(server)
                        && !guests.has(server, FaultKind.NEVER_USABLE)
                        && !guests.has(server, FaultKind.ATTACH_REFUSED))
                .toList();
    }

    /** Sets how long EC2 takes for the next changes. */
    public void pace() {
        var stuck = detachHangs();
        ec2.detachTakes(stuck ? SimulatedEc2.NEVER : chance.seconds(1, 5));
        ec2.forceTakes(stuck && chance.strikesOneIn(2) ? SimulatedEc2.NEVER : chance.seconds(1, 3));
        ec2.attachTakes(is(FaultKind.ATTACH_STUCK) ? SimulatedEc2.NEVER : chance.seconds(1, 5));
        ec2.stopTakes(chance.seconds(2, 20));
    }

    /** Returns a clock that is off by at most this if the plan has wrong clocks, otherwise a true one. */
    public Clock clock(Duration most) {
        if (!plan.has(Option.SKEWED_CLOCKS)) {
            return Clock.TRUE;
        }
        var ahead = chance.upTo(most.multipliedBy(2)).minus(most);
        return new Clock(ahead, (chance.below(201) - 100) / 1e6);
    }

    @Override
    String add(Role role) {
        var clock = clock(Duration.ofSeconds(30));
        var id = super.add(role);
        clocks.put(id, clock);
        return id;
    }

    @Override
    Instant clockOf(String server) {
        return Objects.requireNonNull(clocks.get(server)).at(super.clockOf(server));
    }

    @Override
    void disturbed(String what) {
        observer.disturbed();
        log.accept(what);
    }

    // Messages

    @Override
    void heartbeat(String server) {
        if (!is(FaultKind.TRIGGERS_LOST)) {
            super.heartbeat(server);
        }
    }

    @Override
    void trigger(Consumer<FunctionCalls> trigger) {
        if (is(FaultKind.TRIGGERS_LOST) && !chance.oneIn(3)) {
            return;
        }
        if (is(FaultKind.TRIGGERS_LATE)) {
            var latest = Duration.ofSeconds(90);
            call(trigger, chance.upTo(latest));
            if (chance.strikesOneIn(3)) {
                call(trigger, chance.upTo(latest));
            }
        } else {
            super.trigger(trigger);
        }
        if (is(FaultKind.TRIGGERS_REPEATED) && chance.strikesOneIn(2)) {
            call(trigger, chance.seconds(60, 150));
        }
    }

    // Faults

    private void begin(Fault fault) {
        var server = server(fault.role());
        if (fault.lasts()) {
            goingOn--;
        } else {
            baton.at(fault.goesOn(), () -> {
                goingOn--;
                clear(fault, server);
            });
        }
        inject(fault, server);
    }

    private void inject(Fault fault, String server) {
        disturbed("begins: " + fault);
        lastChange = baton.now();
        inject(fault.kind(), server);
        switch (fault.kind()) {
            case NEVER_USABLE, ATTACH_REFUSED, OMITTED -> guests.trouble(server, fault.kind(), true);
            case SERVICE_FLAPS -> flapping.add(server);
            case STOPPED -> {
                guests.trouble(server, FaultKind.STOPPED, true);
                if (ec2.servers().state(server) == InstanceStateName.RUNNING) {
                    observer.stoppedByAPerson(server);
                }
                ec2.servers().stop(server, chance.seconds(3, 20));
                letGoWhenStopped(server);
            }
            case REPLACED -> replace(fault.role(), server);
            case TABLE_DOWN -> table.reachable(false);
            case ORDER -> function.order(fault.role());
            case DRILL -> function.drill();
            case DEPLOYED -> function.deploy(pair(), fault.role());
            case HOLD -> {
                var hold = new Hold(baton.now().plus(fault.goesOn()), "simulated", "a person");
                baton.start("person", Duration.ZERO, () -> hold(hold));
            }
            default -> {}
        }
    }

    private void clear(Fault fault, String server) {
        disturbed("is over: " + fault);
        lastChange = baton.now();
        clear(fault.kind(), server);
        switch (fault.kind()) {
            case NEVER_USABLE, ATTACH_REFUSED, OMITTED -> guests.trouble(server, fault.kind(), false);
            case SERVICE_FLAPS -> flapping.remove(server);
            case ATTACH_STUCK -> completeAttachment();
            case STOPPED -> {
                guests.trouble(server, FaultKind.STOPPED, false);
                startAgain(server);
            }
            case TABLE_DOWN -> table.reachable(!is(FaultKind.TABLE_DOWN));
            default -> {}
        }
    }

    private void completeAttachment() {
        ec2.eni()
                .attachment()
                .filter(attachment -> attachment.status() == AttachmentStatus.ATTACHING)
                .map(attachment -> attachment.copy(changed -> changed.status(AttachmentStatus.ATTACHED)))
                .ifPresent(attachment -> ec2.eni().from(baton.now(), attachment));
    }

    @Override
    void secondOf(String server, Watch watch) {
        super.secondOf(server, watch);
        flap(server);
    }

    private void flap(String server) {
        var down = guests.has(server, FaultKind.SERVICE_FLAPS);
        if (flapping.contains(server) ? chance.strikesOneIn(8) : down) {
            observer.disturbed();
            guests.trouble(server, FaultKind.SERVICE_FLAPS, !down);
        }
    }

    private void hold(Hold hold) {
        try {
            table.hold(hold);
        } catch (RecordUnavailable e) {
            log.accept("no hold: " + e.getMessage());
        }
    }

    /** Ends a detach that the guest has not confirmed once the server has stopped. */
    private void letGoWhenStopped(String server) {
        var holder = ec2.eni().attachment();
        if (holder.filter(a -> a.instanceId().equals(server) && a.status() == AttachmentStatus.DETACHING)
                .isPresent()) {
            ec2.servers()
                    .stopped(server)
                    .map(then -> Duration.between(baton.now(), then))
                    .ifPresent(ec2.eni()::leave);
        }
    }

    /** Starts the server again, as a person would, as soon as it has stopped. */
    private void startAgain(String server) {
        if (guests.has(server, FaultKind.STOPPED)) {
            return;
        }
        switch (ec2.servers().state(server)) {
            case STOPPED -> {
                observer.startedByAPerson(server);
                ec2.servers().start(server, chance.seconds(5, 20));
            }
            case STOPPING -> baton.at(Duration.ofSeconds(1), () -> startAgain(server));
            default -> {}
        }
    }

    /** Replaces a server, new one first: as CloudFormation does, or as a person does, without telling the function. */
    private void replace(Role role, String old) {
        var before = pair();
        var id = launch(role, 20);
        if (chance.oneIn(2)) {
            baton.at(
                    Duration.ofSeconds(30),
                    () -> function.deploy(pair(), before, succeeded -> terminate(succeeded ? old : id)));
        } else {
            baton.at(Duration.ofSeconds(60), () -> terminate(old));
        }
    }
}
