package io.enifailover.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.enifailover.demo.DemoRun.DemoStep;
import io.enifailover.demo.DemoScreen.ShownServer;
import io.enifailover.demo.DemoScreen.World;
import io.enifailover.demo.OperatorCommand.Account;
import io.enifailover.demo.OperatorCommand.Printed;
import io.enifailover.function.Dependencies;
import io.enifailover.function.Pair;
import io.enifailover.function.Witness.ProbeResult;
import io.enifailover.function.Witness.Reaction;
import io.enifailover.outage.TimelineEvent;
import io.enifailover.protocol.Endpoint;
import io.enifailover.protocol.FailoverSettings;
import io.enifailover.protocol.FunctionAlias;
import io.enifailover.protocol.FunctionSettings;
import io.enifailover.protocol.HealthCheck;
import io.enifailover.protocol.Role;
import io.enifailover.protocol.WitnessedService;
import io.enifailover.simulation.Baton;
import io.enifailover.simulation.Chance;
import io.enifailover.simulation.FaultKind;
import io.enifailover.simulation.SimulatedEc2;
import io.enifailover.simulation.SimulatedEc2.Gate;
import io.enifailover.simulation.SimulatedGuests;
import io.enifailover.simulation.SimulatedPair;
import io.enifailover.simulation.SimulatedPair.FunctionCalls;
import io.enifailover.simulation.SimulatedRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceAttachment;

/**
 * The demonstrated pair: the function's own code on the simulated EC2 of the tests, with a client, an operator and the person
 * who injects faults. All of them take turns on virtual time, so a run with the same steps is the same run.
 */
final class DemoPair {
    /** From one request of the client to the next. */
    static final Duration EVERY = Duration.ofMillis(50);

    /** EC2's own times, as in the lab. */
    private static final Duration DETACH = Duration.ofMillis(2_500);

    private static final Duration ATTACH = Duration.ofMillis(1_500);
    private static final Duration STOP = Duration.ofSeconds(10);
    private static final Duration FORCE = Duration.ofSeconds(1);

    private static final HealthCheck CHECK = HealthCheck.http(8080, "/up");
    private static final WitnessedService SERVICE = new WitnessedService("203.0.113.200", CHECK, CHECK);
    private static final String TABLE = "pair";

    /**
     * When a run begins for those who watch: by then each watch has sent a heartbeat, and the schedule has checked everything.
     */
    static final Instant ZERO = Baton.START.plusSeconds(65);

    /** How often the operator asks for status, history and log. */
    private static final Duration ASK = Duration.ofSeconds(1);

    private static final Duration PROBED = Duration.ofMillis(8);

    private final OperatorCommand command;
    private final Pacer<DemoStep> pacer;
    private final Baton baton;
    private final SimulatedEc2 ec2;
    private final SimulatedGuests guests;
    private final SimulatedPair pair;
    private final DemoFunction function;
    /** Which server each fault affects: the one that had its role when it began. */
    private final Map<Ongoing, String> faults = new LinkedHashMap<>();

    private final List<TimelineEvent> events = new ArrayList<>();
    private final DemoScreen screen = new DemoScreen();
    private DemoRun run;

    /** A fault that lasts until the same action ends it. */
    private record Ongoing(DemoAction action, @Nullable Role server) {
        FaultKind kind() {
            return Objects.requireNonNull(action.fault());
        }

        @Override
        public String toString() {
            return server == null ? action.toString() : action + " " + server;
        }
    }

    /**
     * @param steps what to repeat
     * @param speed how many times faster than real time, 1 or more
     */
    DemoPair(DemoRun steps, int speed, OperatorCommand command) {
        this.command = command;
        run = new DemoRun(steps.seed(), List.of());
        pacer = new Pacer<>(this::actAt, ZERO, speed, System::nanoTime);
        // The first of those who wait for the same time: nothing random depends on how often people interfere.
        baton = new Baton(
                wakes -> {
                    var first = 0;
                    for (int i = 1; i < wakes.size(); i++) {
                        first = wakes.get(i).isBefore(wakes.get(first)) ? i : first;
                    }
                    return first;
                },
                pacer);
        ec2 = new SimulatedEc2(baton).callTakes(Duration.ofMillis(30)).gate(new Times());
        guests = new SimulatedGuests(baton, ec2);
        var table = new SimulatedRecord(baton).callTakes(PROBED);
        pair = new SimulatedPair(baton, ec2, guests, new Chance(steps.seed()), new Calls());
        function = new DemoFunction(
                new FunctionSettings(
                        SimulatedEc2.ENI, SimulatedEc2.STACK, TABLE, SERVICE, FailoverSettings.ofDefaults()),
                new Dependencies(
                        ec2,
                        SimulatedEc2.STACK,
                        id -> table,
                        endpoint -> () -> probe(endpoint),
                        task -> baton.start(baton.actor(), Duration.ZERO, task),
                        baton,
                        this::printed,
                        (type, detail) -> {}),
                baton);
        pair.begin();
        ec2.available();
        steps.steps()
                .forEach(step -> baton.at(
                        Duration.between(Baton.START, ZERO).plus(step.at()).plus(Pacer.BETWEEN), () -> act(step)));
    }

    /** Runs until it is ended. */
    void run() {
        var unwatched = Duration.between(Baton.START, ZERO);
        baton.start("deployment", Duration.ZERO, () -> function.deploy(pair.pair(), null, SERVICE));
        baton.start("operator", unwatched, this::operate);
        baton.at(unwatched, this::ask);
        baton.at(Duration.ofMillis(20), this::second);
        baton.run();
    }

    void end() {
        baton.end();
        pacer.end();
    }

    /** A person does this now. */
    void act(DemoAction action, @Nullable Role server) {
        pacer.add(new DemoStep(Duration.ZERO, action, server));
    }

    void speed(int times) {
        pacer.speed(times);
    }

    int speed() {
        return pacer.speed();
    }

    DemoScreen screen() {
        return screen;
    }

    // Who acts, and when

    private void actAt(Instant at, DemoStep asked) {
        var step = new DemoStep(Duration.between(ZERO, at), asked.action(), asked.server());
        baton.at(Duration.between(baton.now(), at), () -> act(step));
    }

    private void act(DemoStep step) {
        run = run.with(step);
        var role = step.server();
        events.add(new TimelineEvent(baton.now(), step.action().label() + (role == null ? "" : " (" + role + ")")));
        switch (step.action()) {
            case CRASH, HANG, STOP, CABLE, DETACH -> toggle(new Ongoing(step.action(), role));
            case FREEZE -> {
                var fault = new Ongoing(step.action(), role);
                var server = inject(fault);
                baton.at(Duration.ofSeconds(1), () -> pair.clear(fault.kind(), server));
            }
            case SWITCH -> ordered("switch", "--yes");
            case HOLD -> ordered("hold", "--for", "1h", "--reason", "demonstration");
            case RELEASE -> ordered("release");
            case REPLACE -> {
                pair.replaceBoth();
                // What is wrong with the old servers goes with them.
                faults.keySet().removeIf(fault -> fault.server() != null);
            }
            case HEAL -> {
                faults.forEach((fault, server) -> pair.clear(fault.kind(), server));
                faults.clear();
            }
        }
    }

    private void toggle(Ongoing fault) {
        var server = faults.remove(fault);
        if (server == null) {
            faults.put(fault, inject(fault));
        } else {
            pair.clear(fault.kind(), server);
        }
    }

    /** Begins a fault, and returns the server it affects: any one if it is about both. */
    private String inject(Ongoing fault) {
        var server = pair.server(Objects.requireNonNullElse(fault.server(), Role.PRIMARY));
        pair.inject(fault.kind(), server);
        return server;
    }

    private void ordered(String... words) {
        baton.start(
                "order", Duration.ZERO, () -> screen.ordered(String.join(" ", words), command.run(new Here(), words)));
    }

    /** The operator, who looks at the pair every second. */
    private void operate() {
        while (true) {
            screen.texts(
                    command.run(new Here(), "status"),
                    command.run(new Here(), "history"),
                    command.run(new Here(), "logs"),
                    function.call(FunctionAlias.LOOK.toString(), "{\"order\": \"history\", \"most\": 20}"));
            baton.sleep(ASK);
        }
    }

    private void second() {
        baton.at(Duration.ofSeconds(1), this::second);
        baton.at(Duration.ofMillis(500), pair::betweenSeconds);
        pair.second();
    }

    /** The client, who opens a connection now and then. */
    private void ask() {
        baton.at(EVERY, this::ask);
        var attachment = ec2.eni().attachment();
        screen.show(
                new World(
                        Duration.between(ZERO, baton.now()),
                        attachment
                                .map(NetworkInterfaceAttachment::statusAsString)
                                .orElse("available"),
                        attachment.map(NetworkInterfaceAttachment::instanceId).orElse(null),
                        pair.servers().stream()
                                .filter(ec2.servers()::exists)
                                .map(this::server)
                                .toList(),
                        faults.keySet().stream().map(Ongoing::toString).toList(),
                        List.copyOf(events),
                        function.lastAnswer(),
                        run.toString()),
                guests.service().orElse(null));
    }

    private ShownServer server(String id) {
        var condition = guests.serves(id)
                ? "serves"
                : switch (guests.reaction(id)) {
                    case SILENCE -> guests.hung(id) ? "hangs" : guests.isDead(id) ? "no power" : "not started";
                    case REFUSAL, CONNECTION -> "service stopped";
                };
        return new ShownServer(
                id,
                SimulatedPair.roleOf(id).toString(),
                ec2.servers().state(id).toString(),
                condition,
                pair.pair().primaryId().equals(id) || pair.pair().standbyId().equals(id));
    }

    /** Returns the report page of the run so far. */
    String report() {
        return command.report(
                screen.recording(EVERY, PROBED),
                screen.world().events(),
                screen.roles(),
                screen.texts().moves());
    }

    void printed(String line) {
        screen.printed(new Printed(baton.now(), line));
    }

    // What the function sees

    private ProbeResult probe(Endpoint endpoint) {
        var there = endpoint.equals(SERVICE.endpoint()) ? guests.reached() : pair.at(endpoint.address());
        var serving = there.filter(guests::serves);
        if (serving.isPresent()) {
            baton.sleep(PROBED);
            return ProbeResult.passed(serving.get(), "HTTP 200 from " + serving.get());
        }
        var reaction = there.map(guests::reaction).orElse(Reaction.SILENCE);
        baton.sleep(SimulatedGuests.probeTakes(reaction));
        return ProbeResult.failed(reaction == Reaction.REFUSAL ? "connection refused" : "no answer", reaction);
    }

    /** How long EC2 takes. */
    private final class Times implements Gate {
        @Override
        public void before(String call) {
            ec2.detachTakes(pair.detachHangs() ? SimulatedEc2.NEVER : DETACH)
                    .forceTakes(FORCE)
                    .attachTakes(ATTACH)
                    .stopTakes(STOP);
        }
    }

    /** What the operator's command finds. */
    private final class Here implements Account {
        @Override
        public Instant now() {
            return baton.now();
        }

        @Override
        public String invoke(String alias, String payload) {
            return function.call(alias, payload);
        }

        @Override
        public List<Printed> log() {
            return screen.printed();
        }
    }

    /** Calls the function as servers and AWS do: each call on its own. */
    private final class Calls implements FunctionCalls {
        private void call(FunctionAlias alias, JsonNode event) {
            baton.start("call", Duration.ZERO, () -> function.tell(alias.toString(), event));
        }

        @Override
        public void report(String server, int failures, Reaction reaction, Duration failingFor, Instant clock) {
            // The simulated watch's probes take no time; a real one waits for a connection, or for the answer.
            var late = SimulatedGuests.probeTakes(reaction)
                    .multipliedBy(Math.min(failures, 3))
                    .minus(failingFor);
            var delay = late.isNegative() ? Duration.ZERO : late;
            var event = DemoEvents.report(
                    server, failures, SimulatedPair.failure(reaction), failingFor.plus(delay), clock.plus(delay));
            baton.at(delay, () -> call(of(server), event));
        }

        @Override
        public void heartbeat(String server, Instant clock) {
            call(of(server), DemoEvents.heartbeat(server, clock));
        }

        private FunctionAlias of(String server) {
            return FunctionAlias.reportOf(SimulatedPair.roleOf(server));
        }

        @Override
        public void stateChange(String server, String state, Instant at) {
            call(FunctionAlias.LIVE, DemoEvents.stateChange(server, state, at));
        }

        @Override
        public void statusAlarm(String server) {
            call(FunctionAlias.LIVE, DemoEvents.statusAlarm(server));
        }

        @Override
        public void tick() {
            call(FunctionAlias.LIVE, DemoEvents.tick());
        }

        @Override
        public void deploy(Pair after, Pair before, Consumer<Boolean> done) {
            baton.start("deployment", Duration.ZERO, () -> {
                var succeeded = function.deploy(after, before, SERVICE);
                baton.at(Duration.ZERO, () -> done.accept(succeeded));
            });
        }
    }
}
