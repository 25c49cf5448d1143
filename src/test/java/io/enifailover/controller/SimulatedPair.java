package io.enifailover.controller;

import io.enifailover.controller.Event.Order.Switchover;
import io.enifailover.controller.Event.Trigger;
import io.enifailover.controller.Event.Trigger.Report;
import io.enifailover.controller.Event.Trigger.StateChange;
import io.enifailover.controller.Event.Trigger.StatusAlarm;
import io.enifailover.controller.Event.Trigger.Tick;
import io.enifailover.controller.PairRecord.Hold;
import io.enifailover.controller.Plan.Fault;
import io.enifailover.controller.Plan.Kind;
import java.time.Duration;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import software.amazon.awssdk.services.ec2.model.AttachmentStatus;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceAttachment;

/** Two servers with their watches, what goes wrong with them, and the triggers that follow from it. */
final class SimulatedPair {
    private static final int TICK = 60;
    private static final int FAILURES = 3;
    private static final int LONGEST_PAUSE = 30;
    private static final int ALARM_AFTER = 120;

    /** What it acts on. */
    record Outside(
            Baton baton,
            SimulatedEc2 ec2,
            SimulatedGuests guests,
            SimulatedRecord table,
            Random random,
            Consumer<String> log) {}

    /** What is known of one server from second to second. */
    private static final class Watch {
        InstanceStateName state = InstanceStateName.RUNNING;
        boolean flapping;
        boolean down;
        int failures;
        int pause = 1;
        int rest;
        int hung;
    }

    private final Plan plan;
    private final Baton baton;
    private final SimulatedEc2 ec2;
    private final SimulatedGuests guests;
    private final SimulatedRecord table;
    private final Random random;
    private final Consumer<String> log;
    private final Map<Role, String> servers = new EnumMap<>(Role.class);
    private final Map<String, Watch> watches = new LinkedHashMap<>();
    private final Map<Kind, Integer> active = new EnumMap<>(Kind.class);
    private final IdentityHashMap<Fault, String> troubled = new IdentityHashMap<>();
    private Consumer<Trigger> calls = trigger -> {};
    private Consumer<Switchover> orders = order -> {};
    private Runnable disturbed = () -> {};
    private int untilTick;

    SimulatedPair(Plan plan, Outside outside) {
        this.plan = plan;
        baton = outside.baton();
        ec2 = outside.ec2();
        guests = outside.guests();
        table = outside.table();
        random = outside.random();
        log = outside.log();
        for (var role : Role.values()) {
            add(role, "i-" + role);
            ec2.with("i-" + role, role);
        }
        ec2.attachedTo("i-primary");
        untilTick = random.nextInt(TICK);
    }

    void begin(Consumer<Trigger> triggers, Consumer<Switchover> switchovers, Runnable disturbances) {
        calls = triggers;
        orders = switchovers;
        disturbed = disturbances;
        for (var fault : plan.faults()) {
            baton.at(fault.from(), () -> begin(fault));
            if (!fault.lasts()) {
                baton.at(fault.until(), () -> clear(fault));
            }
        }
    }

    boolean is(Kind kind) {
        return active.getOrDefault(kind, 0) > 0;
    }

    /** All servers there are, or have been. */
    Set<String> servers() {
        return watches.keySet();
    }

    /** The server with this address of its own. */
    Optional<String> at(String address) {
        return servers().stream()
                .filter(server -> ec2.servers().address(server).equals(address))
                .findFirst();
    }

    /** How long EC2 takes for what it is asked next. */
    void pace() {
        var holder = ec2.eni().attachment().map(NetworkInterfaceAttachment::instanceId);
        var stuck = is(Kind.DETACH_STUCK) || holder.filter(guests::hung).isPresent();
        ec2.detachTakes(stuck ? SimulatedEc2.NEVER : seconds(1, 5));
        ec2.forceTakes(stuck && random.nextBoolean() ? SimulatedEc2.NEVER : seconds(1, 3));
        ec2.attachTakes(is(Kind.ATTACH_STUCK) ? SimulatedEc2.NEVER : seconds(1, 5));
        ec2.stopTakes(seconds(2, 20));
    }

    /** What happens each second: the watches look, EC2 tells of changed states, the schedule ticks. */
    void second() {
        watches.forEach((server, watch) -> {
            tellOfItsState(server, watch);
            flap(server, watch);
            look(server, watch);
        });
        if (untilTick-- == 0) {
            untilTick = TICK;
            trigger(new Tick());
        }
    }

    private void tellOfItsState(String server, Watch watch) {
        var state = ec2.servers().state(server);
        if (state != watch.state) {
            watch.state = state;
            disturbed.run();
            log.accept(server + " is " + state);
            trigger(new StateChange(server, state.toString(), baton.now()));
        }
        watch.hung = guests.hung(server) ? watch.hung + 1 : 0;
        if (watch.hung == ALARM_AFTER) {
            trigger(new StatusAlarm("status of " + server, "ALARM"));
        }
    }

    private void flap(String server, Watch watch) {
        if (watch.flapping ? random.nextInt(8) == 0 : watch.down) {
            watch.down = !watch.down;
            disturbed.run();
            guests.trouble(server, Kind.NGINX_FLAPS, watch.down);
        }
    }

    private void look(String server, Watch watch) {
        var holds = ec2.eni()
                .attachment()
                .filter(a -> a.instanceId().equals(server))
                .isPresent();
        var answered = guests.service().isPresent() && !is(Kind.WATCH_BLIND);
        if (holds || answered || !guests.serves(server)) {
            watch.failures = 0;
            watch.rest = 0;
            watch.pause = 1;
            return;
        }
        watch.failures++;
        if (watch.failures >= FAILURES && watch.rest-- <= 0) {
            watch.rest = watch.pause;
            watch.pause = Math.min(2 * watch.pause, LONGEST_PAUSE);
            trigger(new Report(server, watch.failures, Duration.ofSeconds(1), baton.now()));
        }
    }

    private void trigger(Trigger trigger) {
        if (is(Kind.TRIGGERS_LOST) && random.nextInt(3) > 0) {
            return;
        }
        var times = random.nextInt(is(Kind.TRIGGERS_LATE) ? 3 : 20) == 0 ? 2 : 1;
        for (int i = 0; i < times; i++) {
            var late = Duration.ofMillis(random.nextInt(is(Kind.TRIGGERS_LATE) ? 90_000 : 300));
            baton.at(late, () -> calls.accept(trigger));
        }
    }

    private void begin(Fault fault) {
        log.accept("begins: " + fault);
        disturbed.run();
        var server = Objects.requireNonNull(servers.get(fault.role()));
        troubled.put(fault, server);
        active.merge(fault.kind(), 1, Integer::sum);
        switch (fault.kind()) {
            case NGINX_DEAD, HUNG, NEVER_USABLE -> guests.trouble(server, fault.kind(), true);
            case NGINX_FLAPS -> watch(server).flapping = true;
            case STOPPED -> {
                guests.trouble(server, Kind.STOPPED, true);
                ec2.servers().stop(server, seconds(3, 20));
            }
            case REPLACED -> replace(fault.role(), server);
            case TABLE_DOWN -> table.reachable(false);
            case ORDER -> orders.accept(new Switchover(fault.role(), "a person", false));
            case HOLD -> {
                var hold = new Hold(VirtualTime.START.plus(fault.until()), "simulated", "a person");
                baton.start("person", Duration.ZERO, () -> hold(hold));
            }
            default -> {}
        }
    }

    private void clear(Fault fault) {
        log.accept("is over: " + fault);
        disturbed.run();
        var server = Objects.requireNonNull(troubled.get(fault));
        active.merge(fault.kind(), -1, Integer::sum);
        switch (fault.kind()) {
            case NGINX_DEAD, NEVER_USABLE -> guests.trouble(server, fault.kind(), false);
            case NGINX_FLAPS -> watch(server).flapping = false;
            case HUNG -> {
                guests.trouble(server, Kind.HUNG, false);
                detaches();
            }
            case DETACH_STUCK -> detaches();
            case ATTACH_STUCK -> ec2.eni().arrive();
            case STOPPED -> {
                guests.trouble(server, Kind.STOPPED, false);
                startAgain(server);
            }
            case TABLE_DOWN -> table.reachable(!is(Kind.TABLE_DOWN));
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
                .ifPresent(a -> ec2.eni().leave(seconds(1, 3)));
    }

    /** Somebody starts it again, as soon as it has stopped. */
    private void startAgain(String server) {
        if (guests.has(server, Kind.STOPPED)) {
            return;
        }
        switch (ec2.servers().state(server)) {
            case STOPPED -> ec2.servers().start(server, seconds(5, 20));
            case STOPPING -> baton.at(Duration.ofSeconds(1), () -> startAgain(server));
            default -> {}
        }
    }

    /** As CloudFormation does: the new one first, then the old one goes. */
    private void replace(Role role, String old) {
        var id = "i-%s-%d".formatted(role, watches.size());
        ec2.servers().launch(id, role, seconds(5, 20));
        add(role, id);
        watch(id).state = InstanceStateName.PENDING;
        baton.at(Duration.ofSeconds(60), () -> {
            log.accept(old + " is terminated");
            disturbed.run();
            ec2.servers().terminate(old, seconds(5, 10));
            ec2.eni()
                    .attachment()
                    .filter(a -> a.instanceId().equals(old))
                    .ifPresent(a -> ec2.eni().leave(seconds(2, 5)));
        });
    }

    private void add(Role role, String id) {
        servers.put(role, id);
        watches.put(id, new Watch());
    }

    private Watch watch(String server) {
        return Objects.requireNonNull(watches.get(server));
    }

    private Duration seconds(int least, int most) {
        return Duration.ofMillis(1000L * least + random.nextInt(1000 * (most - least)));
    }
}
