package io.enifailover.simulation;

import io.enifailover.function.Pair;
import io.enifailover.function.RecordUnavailable;
import io.enifailover.function.Witness.Reaction;
import io.enifailover.protocol.Hold;
import io.enifailover.protocol.Role;
import io.enifailover.simulation.Plan.Fault;
import io.enifailover.simulation.Plan.FaultKind;
import io.enifailover.simulation.Plan.Option;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.AttachmentStatus;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceAttachment;

/** Two servers with their watches, what goes wrong with them, and the triggers that follow from it. */
public final class SimulatedPair {
    private static final int TICK = 60;
    private static final int FAILURES = 3;

    /** Time from a failed probe to the next one, or twice that if it times out. */
    private static final Duration RETRY = Duration.ofMillis(150);

    private static final int LONGEST_PAUSE = 2;
    private static final int ALARM_AFTER = 120;
    private static final int HEARTBEAT = 60;
    private static final int BOOT = 10;
    private static final String PRIMARY = "i-aaaaaaa";
    private static final String STANDBY = "i-bbbbbbb";

    /** What the pair acts on. */
    public record Outside(
            Baton baton,
            SimulatedEc2 ec2,
            SimulatedGuests guests,
            SimulatedRecord table,
            Observer observer,
            Chance chance,
            Consumer<String> log) {}

    /** The function, as servers, AWS, people and schedules call it. */
    public interface FunctionCalls {
        /**
         * A watch reports that the floating address does not answer.
         *
         * @param failures   probes that failed in a row
         * @param reaction   what the last one met with
         * @param failingFor time since the first of them began
         * @param clock      time by the clock of its server
         */
        void report(String server, int failures, Reaction reaction, Duration failingFor, Instant clock);

        /** A watch reports that it is running. */
        void heartbeat(String server, Instant clock);

        /** EC2 reports that the state of a server has changed. */
        void stateChange(String server, String state, Instant at);

        /** An alarm of CloudWatch on a server's status check. */
        void statusAlarm(String server);

        /** The call of every minute. */
        void tick();

        void order(Role to);

        void drill();

        /**
         * Updates the stack.
         *
         * @param holder holder that the update asks for, or null
         * @param done   called with whether it succeeded
         */
        void deploy(Pair pair, Pair before, @Nullable Role holder, Consumer<Boolean> done);
    }

    /** Is notified of what people and faults do to the pair. */
    public interface Observer {
        /** A fault has begun or ended, or a server has changed its state. */
        default void disturbed() {}

        default void stoppedByAPerson(String server) {}

        default void startedByAPerson(String server) {}
    }

    /** The state of one server and its watch from second to second. */
    private static final class Watch {
        final Clock clock;
        InstanceStateName state = InstanceStateName.RUNNING;
        boolean flapping;
        boolean down;
        int failures;
        Instant failing = Instant.MIN;
        int pause = 1;
        int rest;
        int dead;
        int untilHeartbeat;

        Watch(Clock clock, int untilHeartbeat) {
            this.clock = clock;
            this.untilHeartbeat = untilHeartbeat;
        }
    }

    private final Plan plan;
    private final Baton baton;
    private final SimulatedEc2 ec2;
    private final SimulatedGuests guests;
    private final SimulatedRecord table;
    private final Observer observer;
    private final Chance chance;
    private final Consumer<String> log;
    private final Map<Role, String> servers = new EnumMap<>(Role.class);
    private final Map<String, Watch> watches = new LinkedHashMap<>();
    private final Map<FaultKind, Integer> active = new EnumMap<>(FaultKind.class);
    private final IdentityHashMap<Fault, String> troubled = new IdentityHashMap<>();
    private final List<Fault> uncued = new ArrayList<>();
    private Optional<FunctionCalls> function = Optional.empty();
    private int untilTick;
    private int goingOn;
    private Instant lastChange = Baton.START;

    public SimulatedPair(Plan plan, Outside outside) {
        this.plan = plan;
        baton = outside.baton();
        ec2 = outside.ec2();
        guests = outside.guests();
        table = outside.table();
        observer = outside.observer();
        chance = outside.chance();
        log = outside.log();
        for (var role : Role.values()) {
            ec2.with(add(role), role);
        }
        ec2.attachedTo(pair().primaryId());
        untilTick = chance.below(TICK);
    }

    /** Returns the role of a server, which its id contains. */
    public static Role roleOf(String server) {
        return server.startsWith(PRIMARY) ? Role.PRIMARY : Role.STANDBY;
    }

    /** Returns the current servers, not those that were replaced. */
    public Pair pair() {
        return new Pair(server(Role.PRIMARY), server(Role.STANDBY));
    }

    public void begin(FunctionCalls called) {
        function = Optional.of(called);
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
        return active.entrySet().stream()
                .anyMatch(it -> it.getValue() > 0 && it.getKey().hinders());
    }

    /** The servers that would serve if they had the interface. */
    public List<String> able() {
        return servers().stream()
                .filter(server -> guests.serves(server)
                        && !guests.has(server, FaultKind.NEVER_USABLE)
                        && !guests.has(server, FaultKind.ATTACH_REFUSED))
                .toList();
    }

    public boolean is(FaultKind kind) {
        return active.getOrDefault(kind, 0) > 0;
    }

    /** Returns all servers, including former ones. */
    public Set<String> servers() {
        return watches.keySet();
    }

    /** Returns the server whose own address this is. */
    public Optional<String> at(String address) {
        return servers().stream()
                .filter(server -> ec2.servers().address(server).equals(address))
                .findFirst();
    }

    /** Sets how long EC2 takes for the next changes. */
    public void pace() {
        var holder = ec2.eni().attachment().map(NetworkInterfaceAttachment::instanceId);
        var stuck = is(FaultKind.DETACH_STUCK) || holder.filter(guests::hung).isPresent();
        ec2.detachTakes(stuck ? SimulatedEc2.NEVER : chance.seconds(1, 5));
        ec2.forceTakes(stuck && chance.strikesOneIn(2) ? SimulatedEc2.NEVER : chance.seconds(1, 3));
        ec2.attachTakes(is(FaultKind.ATTACH_STUCK) ? SimulatedEc2.NEVER : chance.seconds(1, 5));
        ec2.stopTakes(chance.seconds(2, 20));
    }

    /** What happens between two seconds: watches probe, except during the fast retries after a first failure. */
    public void betweenSeconds() {
        watches.forEach((server, watch) -> {
            if (watch.failures == 0 || watch.failures >= FAILURES) {
                probe(server, watch);
            }
        });
    }

    /** What happens every second: the watches probe, EC2 reports state changes, the schedule ticks. */
    public void second() {
        watches.forEach((server, watch) -> {
            tellOfItsState(server, watch);
            flap(server, watch);
            if (watch.failures == 0 || watch.failures >= FAILURES) {
                probe(server, watch);
            }
            beat(server, watch);
        });
        if (untilTick-- == 0) {
            untilTick = TICK;
            trigger(FunctionCalls::tick);
        }
    }

    private void tellOfItsState(String server, Watch watch) {
        var state = ec2.servers().state(server);
        if (state != watch.state) {
            watch.state = state;
            observer.disturbed();
            log.accept(server + " is " + state);
            var at = baton.now();
            trigger(it -> it.stateChange(server, state.toString(), at));
        }
        watch.dead = guests.isDead(server) ? watch.dead + 1 : 0;
        if (watch.dead == ALARM_AFTER) {
            trigger(it -> it.statusAlarm(server));
        }
    }

    private void flap(String server, Watch watch) {
        if (watch.flapping ? chance.strikesOneIn(8) : watch.down) {
            watch.down = !watch.down;
            observer.disturbed();
            guests.trouble(server, FaultKind.SERVICE_FLAPS, watch.down);
        }
    }

    private void probe(String server, Watch watch) {
        var holds = ec2.eni()
                .attachment()
                .filter(a -> a.instanceId().equals(server))
                .isPresent();
        var answered = guests.service().isPresent() && !is(FaultKind.WATCH_BLIND);
        if (holds || answered || !guests.serves(server)) {
            watch.failures = 0;
            watch.rest = 0;
            watch.pause = 1;
            return;
        }
        if (watch.failures == 0) {
            watch.failing = baton.now();
        }
        watch.failures++;
        if (watch.failures < FAILURES) {
            baton.at(RETRY.plus(chance.upTo(RETRY)), () -> probe(server, watch));
        }
        if (watch.failures >= FAILURES && watch.rest-- <= 0) {
            watch.rest = watch.pause;
            watch.pause = LONGEST_PAUSE;
            var failures = watch.failures;
            var failingFor = Duration.between(watch.failing, baton.now());
            var clock = watch.clock.at(baton.now());
            var reaction = met();
            trigger(it -> it.report(server, failures, reaction, failingFor, clock));
        }
    }

    /** Returns how the probes of the floating address fail, as a report says it. */
    public static String failure(Reaction reaction) {
        return switch (reaction) {
            case SILENCE -> "silent";
            case REFUSAL -> "refused";
            case CONNECTION -> "slow";
        };
    }

    /** Returns what a watch meets with at the floating address, at which nothing answers it. */
    private Reaction met() {
        return is(FaultKind.WATCH_BLIND)
                ? Reaction.SILENCE
                : guests.reached().map(guests::reaction).orElse(Reaction.SILENCE);
    }

    /** Sends the heartbeat of the watch: at its start, and every minute. */
    private void beat(String server, Watch watch) {
        var up = ec2.servers().exists(server)
                && ec2.servers().state(server) == InstanceStateName.RUNNING
                && !baton.now().isBefore(ec2.servers().runningSince(server).plusSeconds(BOOT));
        if (!up || guests.isDead(server)) {
            watch.untilHeartbeat = up ? watch.untilHeartbeat : 0;
            return;
        }
        if (watch.untilHeartbeat-- <= 0) {
            watch.untilHeartbeat = HEARTBEAT;
            var clock = watch.clock.at(baton.now());
            if (!is(FaultKind.TRIGGERS_LOST)) {
                baton.at(
                        chance.upTo(Duration.ofMillis(300)),
                        () -> function.ifPresent(it -> it.heartbeat(server, clock)));
            }
        }
    }

    private void trigger(Consumer<FunctionCalls> trigger) {
        if (is(FaultKind.TRIGGERS_LOST) && !chance.oneIn(3)) {
            return;
        }
        var latest = Duration.ofMillis(is(FaultKind.TRIGGERS_LATE) ? 90_000 : 300);
        call(trigger, chance.upTo(latest));
        if (is(FaultKind.TRIGGERS_LATE) ? chance.strikesOneIn(3) : chance.oneIn(20)) {
            call(trigger, chance.upTo(latest));
        }
        if (is(FaultKind.TRIGGERS_REPEATED) && chance.strikesOneIn(2)) {
            call(trigger, chance.seconds(60, 150));
        }
    }

    private void call(Consumer<FunctionCalls> trigger, Duration late) {
        baton.at(late, () -> function.ifPresent(trigger));
    }

    private void begin(Fault fault) {
        if (fault.lasts()) {
            goingOn--;
        } else {
            baton.at(fault.goesOn(), () -> {
                goingOn--;
                clear(fault);
            });
        }
        inject(fault);
    }

    /** Begins a fault, which lasts until it is cleared. */
    public void inject(Fault fault) {
        log.accept("begins: " + fault);
        observer.disturbed();
        lastChange = baton.now();
        var server = server(fault.role());
        troubled.put(fault, server);
        active.merge(fault.kind(), 1, Integer::sum);
        switch (fault.kind()) {
            case SERVICE_DEAD, CRASHED, HUNG, NEVER_USABLE, ATTACH_REFUSED, OMITTED ->
                guests.trouble(server, fault.kind(), true);
            case SERVICE_FLAPS -> watch(server).flapping = true;
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
            case ORDER -> function.ifPresent(it -> it.order(fault.role()));
            case DRILL -> function.ifPresent(FunctionCalls::drill);
            case DEPLOYED -> function.ifPresent(it -> it.deploy(pair(), pair(), fault.role(), succeeded -> {}));
            case HOLD -> {
                var hold = new Hold(baton.now().plus(fault.goesOn()), "simulated", "a person");
                baton.start("person", Duration.ZERO, () -> hold(hold));
            }
            default -> {}
        }
    }

    /** Ends a fault that was injected, unless it is over. */
    public void clear(Fault fault) {
        var server = troubled.remove(fault);
        if (server == null) {
            return;
        }
        log.accept("is over: " + fault);
        observer.disturbed();
        lastChange = baton.now();
        active.merge(fault.kind(), -1, Integer::sum);
        switch (fault.kind()) {
            case SERVICE_DEAD, NEVER_USABLE, ATTACH_REFUSED, OMITTED -> guests.trouble(server, fault.kind(), false);
            case SERVICE_FLAPS -> watch(server).flapping = false;
            case CRASHED -> baton.at(Duration.ofSeconds(BOOT), () -> guests.trouble(server, FaultKind.CRASHED, false));
            case HUNG -> {
                guests.trouble(server, FaultKind.HUNG, false);
                detaches();
            }
            case DETACH_STUCK -> detaches();
            case ATTACH_STUCK -> ec2.eni().arrive();
            case STOPPED -> {
                guests.trouble(server, FaultKind.STOPPED, false);
                startAgain(server);
            }
            case TABLE_DOWN -> table.reachable(!is(FaultKind.TABLE_DOWN));
            default -> {}
        }
    }

    private void hold(Hold hold) {
        try {
            table.hold(hold);
        } catch (RecordUnavailable e) {
            log.accept("no hold: " + e.getMessage());
        }
    }

    private void detaches() {
        var holder = ec2.eni().attachment();
        holder.filter(a -> a.status() == AttachmentStatus.DETACHING)
                .filter(a -> !guests.hung(a.instanceId()))
                .ifPresent(a -> ec2.eni().leave(chance.seconds(1, 3)));
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
        var id = add(role);
        ec2.servers().launch(id, role, chance.seconds(5, 20));
        watch(id).state = InstanceStateName.PENDING;
        if (chance.oneIn(2)) {
            baton.at(
                    Duration.ofSeconds(30),
                    () -> function.ifPresent(
                            it -> it.deploy(pair(), before, null, succeeded -> terminate(succeeded ? old : id))));
        } else {
            baton.at(Duration.ofSeconds(60), () -> terminate(old));
        }
    }

    /** Replaces both servers as a deployment does: the old ones are terminated once a new one holds the interface. */
    public void replaceBoth() {
        var before = pair();
        for (var role : Role.values()) {
            var id = add(role);
            ec2.servers().launch(id, role, chance.seconds(5, 10));
            watch(id).state = InstanceStateName.PENDING;
        }
        var after = pair();
        baton.at(
                Duration.ofSeconds(30),
                () -> function.ifPresent(it -> it.deploy(after, before, null, succeeded -> {
                    var gone = succeeded ? before : after;
                    terminate(gone.primaryId());
                    terminate(gone.standbyId());
                })));
    }

    private void terminate(String server) {
        log.accept(server + " is terminated");
        observer.disturbed();
        servers.replaceAll((role, id) -> id.equals(server) ? successor(server) : id);
        ec2.servers().terminate(server, chance.seconds(5, 10));
        ec2.eni()
                .attachment()
                .filter(a -> a.instanceId().equals(server))
                .ifPresent(a -> ec2.eni().leave(chance.seconds(2, 5)));
    }

    /** Returns the latest other server of this role: after a rollback, the one that was there before. */
    private String successor(String server) {
        return servers().stream()
                .filter(other -> roleOf(other) == roleOf(server) && !other.equals(server))
                .filter(ec2.servers()::exists)
                .reduce((first, second) -> second)
                .orElse(server);
    }

    private String add(Role role) {
        var id = (role == Role.PRIMARY ? PRIMARY : STANDBY) + watches.size();
        servers.put(role, id);
        watches.put(id, new Watch(clock(Duration.ofSeconds(30)), chance.below(HEARTBEAT)));
        return id;
    }

    private String server(Role role) {
        return Objects.requireNonNull(servers.get(role));
    }

    /** Returns a clock that is off by at most this if the plan has wrong clocks, otherwise a true one. */
    public Clock clock(Duration most) {
        if (!plan.has(Option.SKEWED_CLOCKS)) {
            return Clock.TRUE;
        }
        var ahead = chance.upTo(most.multipliedBy(2)).minus(most);
        return new Clock(ahead, (chance.below(201) - 100) / 1e6);
    }

    private Watch watch(String server) {
        return Objects.requireNonNull(watches.get(server));
    }
}
