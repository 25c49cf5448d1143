package io.enifailover.simulation;

import io.enifailover.function.Pair;
import io.enifailover.function.Witness.Reaction;
import io.enifailover.protocol.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import software.amazon.awssdk.services.ec2.model.AttachmentStatus;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;

/** Two servers with their watches, what goes wrong with them, and the triggers that follow from it. */
public class SimulatedPair {
    private static final int TICK = 60;
    private static final int FAILURES = 3;

    /** Time from a failed probe to the next one, or twice that if it times out. */
    private static final Duration RETRY = Duration.ofMillis(150);

    /** A message to the function takes up to this long. */
    private static final Duration LATENCY = Duration.ofMillis(300);

    private static final int LONGEST_PAUSE = 2;
    private static final int ALARM_AFTER = 120;
    private static final int HEARTBEAT = 60;
    private static final int BOOT = 10;
    private static final String PRIMARY = "i-aaaaaaa";
    private static final String STANDBY = "i-bbbbbbb";

    /** The function, as servers, AWS and deployments call it. */
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

        /**
         * Updates the stack.
         *
         * @param done called with whether it succeeded
         */
        void deploy(Pair pair, Pair before, Consumer<Boolean> done);
    }

    /** The state of one server and its watch from second to second. */
    static final class Watch {
        InstanceStateName state = InstanceStateName.RUNNING;
        int failures;
        Instant failing = Instant.MIN;
        int pause = 1;
        int rest;
        int dead;
        int untilHeartbeat;

        Watch(int untilHeartbeat) {
            this.untilHeartbeat = untilHeartbeat;
        }
    }

    final Baton baton;
    final SimulatedEc2 ec2;
    final SimulatedGuests guests;
    private final Chance chance;
    private final FunctionCalls function;
    private final Map<Role, String> servers = new EnumMap<>(Role.class);
    private final Map<String, Watch> watches = new LinkedHashMap<>();
    private final Map<FaultKind, Integer> active = new EnumMap<>(FaultKind.class);
    private int untilTick;

    public SimulatedPair(Baton baton, SimulatedEc2 ec2, SimulatedGuests guests, Chance chance, FunctionCalls function) {
        this.baton = baton;
        this.ec2 = ec2;
        this.guests = guests;
        this.chance = chance;
        this.function = function;
    }

    /** Puts the servers there, of which the primary holds the interface. */
    public void begin() {
        for (var role : Role.values()) {
            ec2.with(add(role), role);
        }
        ec2.attachedTo(server(Role.PRIMARY));
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

    /** Returns the current server of this role. */
    public String server(Role role) {
        return Objects.requireNonNull(servers.get(role));
    }

    public boolean is(FaultKind kind) {
        return active.getOrDefault(kind, 0) > 0;
    }

    /** Whether a detach does not end by itself: EC2 hangs, or the guest that has to confirm it. */
    public boolean detachHangs() {
        return is(FaultKind.DETACH_STUCK)
                || ec2.eni()
                        .attachment()
                        .filter(attachment -> guests.hung(attachment.instanceId()))
                        .isPresent();
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
            secondOf(server, watch);
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

    /** What happens to a server every second, before its watch probes. */
    void secondOf(String server, Watch watch) {
        var state = ec2.servers().state(server);
        if (state != watch.state) {
            watch.state = state;
            disturbed(server + " is " + state);
            var at = baton.now();
            trigger(it -> it.stateChange(server, state.toString(), at));
        }
        watch.dead = guests.isDead(server) ? watch.dead + 1 : 0;
        if (watch.dead == ALARM_AFTER) {
            trigger(it -> it.statusAlarm(server));
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
            var clock = clockOf(server);
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
            heartbeat(server);
        }
    }

    /** Sends the heartbeat of a server's watch. */
    void heartbeat(String server) {
        var clock = clockOf(server);
        call(it -> it.heartbeat(server, clock), chance.upTo(LATENCY));
    }

    /** Calls the function a little later, and sometimes a second time. */
    void trigger(Consumer<FunctionCalls> trigger) {
        call(trigger, chance.upTo(LATENCY));
        if (chance.oneIn(20)) {
            call(trigger, chance.upTo(LATENCY));
        }
    }

    void call(Consumer<FunctionCalls> trigger, Duration late) {
        baton.at(late, () -> trigger.accept(function));
    }

    /** Begins a fault, which lasts until it is cleared. */
    public void inject(FaultKind kind, String server) {
        active.merge(kind, 1, Integer::sum);
        switch (kind) {
            case SERVICE_DEAD, CRASHED, HUNG -> guests.trouble(server, kind, true);
            default -> {}
        }
    }

    /** Ends a fault of this server that was injected. */
    public void clear(FaultKind kind, String server) {
        active.merge(kind, -1, Integer::sum);
        switch (kind) {
            case SERVICE_DEAD -> guests.trouble(server, kind, false);
            case CRASHED -> baton.at(Duration.ofSeconds(BOOT), () -> guests.trouble(server, kind, false));
            case HUNG -> {
                guests.trouble(server, kind, false);
                detaches();
            }
            case DETACH_STUCK -> detaches();
            default -> {}
        }
    }

    private void detaches() {
        var holder = ec2.eni().attachment();
        holder.filter(a -> a.status() == AttachmentStatus.DETACHING)
                .filter(a -> !guests.hung(a.instanceId()))
                .ifPresent(a -> ec2.eni().leave(chance.seconds(1, 3)));
    }

    /** Replaces both servers as a deployment does: the old ones are terminated once a new one holds the interface. */
    public void replaceBoth() {
        var before = pair();
        for (var role : Role.values()) {
            launch(role, 10);
        }
        var after = pair();
        baton.at(
                Duration.ofSeconds(30),
                () -> function.deploy(after, before, succeeded -> {
                    var gone = succeeded ? before : after;
                    terminate(gone.primaryId());
                    terminate(gone.standbyId());
                }));
    }

    /** Adds a server that takes five seconds to this many to start. */
    String launch(Role role, int longest) {
        var id = add(role);
        ec2.servers().launch(id, role, chance.seconds(5, longest));
        Objects.requireNonNull(watches.get(id)).state = InstanceStateName.PENDING;
        return id;
    }

    void terminate(String server) {
        disturbed(server + " is terminated");
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

    /** Adds a server and its watch, and returns its id. */
    String add(Role role) {
        var id = (role == Role.PRIMARY ? PRIMARY : STANDBY) + watches.size();
        servers.put(role, id);
        watches.put(id, new Watch(chance.below(HEARTBEAT)));
        return id;
    }

    /** Returns the time by the clock of a server. */
    Instant clockOf(String server) {
        return baton.now();
    }

    /** Is called when a server has changed its state; for subclasses. */
    void disturbed(String what) {}
}
