package io.enifailover.controller;

import io.enifailover.controller.Event.Order.Switchover;
import io.enifailover.controller.Event.Trigger;
import io.enifailover.controller.Invariants.Call;
import io.enifailover.controller.PairRecord.Acquired;
import io.enifailover.controller.PairRecord.Entry;
import io.enifailover.controller.PairRecord.Memory;
import io.enifailover.controller.Plan.Kind;
import io.enifailover.controller.Policy.Decision;
import io.enifailover.controller.SimulatedEc2.Gate;
import io.enifailover.controller.SimulatedEc2.Killed;
import io.enifailover.controller.Witness.Sight;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceAttachment;

/**
 * One history of a pair: a plan of faults, servers with watches, and as many calls of the controller at a time as there are
 * triggers.
 *
 * <p>Each call of the controller runs in a thread of its own and hands the baton on wherever it calls EC2, the record or the
 * witness, or sleeps. The looks at several addresses come one after the other here, which takes longer than it really does.
 */
final class Simulation {
    /** Lambda ends a call that takes longer. */
    private static final Duration LIFETIME = Deadlines.DEFAULT.overall().plus(FunctionContract.RESERVE);

    private static final Entry DEPLOYED = new Entry(
            "stack",
            VirtualTime.START,
            io.enifailover.controller.Kind.SWAP,
            "no server of the pair holds it",
            "CloudFormation",
            "i-primary",
            "i-primary",
            "serves",
            false,
            false,
            null,
            Map.of());
    private static final URI SERVICE = URI.create("http://203.0.113.1/healthz");

    /**
     * After the last fault has cleared, and after the end of the cool-down or flap limit that may be in force, the interface
     * serves within: a call that is still at work and its lease (155 s), a tick (60 s), a tainted candidate's stop and start
     * (three more ticks, and 60 s until it serves), looks that find every address silent (60 s), and a move (130 s).
     */
    static final Duration BOUND = Duration.ofSeconds(155 + 60 + 3 * 60 + 60 + 60 + 130);

    /**
     * What is planted into the simulation to show that it finds it.
     *
     * @param decide         in place of the policy, or null
     * @param record         what is made of the pair record
     * @param checksNothing  whether EC2 detaches whatever attachment there is
     * @param neverCools     whether cool-down and flap limit are ignored
     */
    record Bugs(
            @Nullable Function<Observation, Decision> decide,
            UnaryOperator<PairRecord> record,
            boolean checksNothing,
            boolean neverCools) {
        static final Bugs NONE = new Bugs(null, UnaryOperator.identity(), false, false);
    }

    /**
     * What came of a history in which everything held.
     *
     * @param steps     how often the baton was handed on
     * @param calls     of the function
     * @param moves     detaches that nobody ordered
     * @param recovered from the last fault until the interface served
     */
    record Result(long steps, int calls, int moves, Duration recovered) {}

    private final Plan plan;
    private final Random random;
    private final @Nullable List<String> timeline;
    private final Baton baton = new Baton(this::earliest);
    private final SimulatedEc2 ec2 = new SimulatedEc2(baton);
    private final SimulatedGuests guests = new SimulatedGuests(baton, ec2);
    private final Invariants invariants;
    private final SimulatedRecord table;
    private final SimulatedPair pair;
    private final Controller controller;
    private final Map<String, Call> calls = new HashMap<>();
    private Memory lastRead = Memory.EMPTY;
    private int begun;
    private Duration recovered = Duration.ZERO;
    private @Nullable Instant servedSince;

    private Simulation(Plan plan, Bugs bugs, @Nullable List<String> timeline) {
        this.plan = plan;
        this.timeline = timeline;
        random = new Random(plan.seed());
        if (plan.seed() % 2 != 0) {
            ec2.refusesToDetachWhileStopping();
        }
        invariants = new Invariants(baton, guests, plan.failback());
        table = new SimulatedRecord(new Mortal()).callTakes(Duration.ofMillis(8));
        pair = new SimulatedPair(plan, new SimulatedPair.Outside(baton, ec2, guests, table, random, this::log));
        Function<URI, Witness> witnesses = url -> () -> look(url);
        var record = watched(bugs.record().apply(table));
        var time = new Mortal();
        var around = new Surroundings(
                ec2,
                id -> record,
                new Lookout(witnesses, Runnable::run, time),
                witnesses,
                time,
                line -> {},
                (type, detail) -> {});
        var policy = bugs.neverCools()
                ? new Policy(Duration.ZERO, Integer.MAX_VALUE, null)
                : new Policy(
                        Invariants.COOL_DOWN, Invariants.FLAP_LIMIT, plan.failback() ? Duration.ofMinutes(2) : null);
        var configuration =
                new Configuration(SimulatedEc2.ENI, "pair", SERVICE, policy, Deadlines.DEFAULT, plan.fencing());
        controller = new Controller(configuration, around, bugs.decide() == null ? policy::decide : bugs.decide());
        if (bugs.checksNothing()) {
            ec2.checksNoAttachment();
        }
        ec2.gate(new Judge()).showsLate(this::lag);
    }

    /**
     * Runs one history.
     *
     * @throws AssertionError with the plan and a timeline, if something that must hold does not
     */
    static Result run(Plan plan, Bugs bugs) {
        try {
            return new Simulation(plan, bugs, null).run();
        } catch (AssertionError e) {
            throw new AssertionError(
                    "%s%nPlan.of(\"%s\")%n%s".formatted(e.getMessage(), plan, timeline(plan, bugs)), e);
        }
    }

    /** What happens in a history, line by line: seconds, who, what. */
    static String timeline(Plan plan, Bugs bugs) {
        var timeline = new ArrayList<String>();
        try {
            new Simulation(plan, bugs, timeline).run();
        } catch (AssertionError e) {
            timeline.add("violated: " + e.getMessage());
        }
        return String.join("\n", timeline);
    }

    private Result run() {
        baton.start("stack", Duration.ZERO, () -> table.remember(DEPLOYED));
        pair.begin(this::trigger, this::order, invariants::disturbed);
        baton.at(Duration.ofMillis(random.nextInt(1000)), this::second);
        var steps = baton.run();
        return new Result(steps, begun, invariants.moves(), recovered);
    }

    private void second() {
        baton.at(Duration.ofSeconds(1), this::second);
        pair.second();
        truth();
        servedSince = guests.service().isEmpty() ? null : servedSince == null ? baton.now() : servedSince;
        var cleared = VirtualTime.START.plus(plan.cleared());
        if (baton.now().isBefore(cleared)) {
            return;
        }
        if (servedSince != null && baton.now().isAfter(servedSince.plusSeconds(10)) && calls.isEmpty()) {
            recovered = servedSince.isBefore(cleared) ? Duration.ZERO : Duration.between(cleared, servedSince);
            baton.end();
        } else if (baton.now().isAfter(later(cleared, undamped()).plus(BOUND))) {
            throw new AssertionError("nobody serves, " + BOUND + " after the last fault and the last damping");
        }
    }

    /** When the cool-down and the flap limit let the next move through. */
    private Instant undamped() {
        var moves = lastRead.recentMoves();
        var limit = moves.size() - Invariants.FLAP_LIMIT;
        var cool = moves.isEmpty() ? Instant.MIN : moves.get(moves.size() - 1).plus(Invariants.COOL_DOWN);
        return limit < 0 ? cool : later(cool, moves.get(limit).plus(PairRecord.RECENT));
    }

    /** Notes what is so just now. */
    private void truth() {
        guests.note(pair.servers());
        if (pair.is(Kind.WITNESS_BLIND)) {
            invariants.blind();
        }
    }

    // Calls of the function

    private void trigger(Trigger trigger) {
        call(trigger.toString(), false, (id, end) -> controller.handle(trigger, id, end));
    }

    private void order(Switchover order) {
        call("order to " + order.to(), true, (id, end) -> controller.handle(order, id, end));
    }

    private interface Handling {
        Controller.Answer handle(String id, Instant end);
    }

    private void call(String words, boolean ordered, Handling handling) {
        begun++;
        var name = "call " + begun;
        baton.start(name, Duration.ZERO, () -> {
            calls.put(name, new Call(name, ordered, baton.now()));
            log(words);
            try {
                var answer = handling.handle(name, baton.now().plus(Deadlines.DEFAULT.overall()));
                log(answer.words() + (answer.alert() == null ? "" : ", alert: " + answer.alert()));
            } catch (MoveFailed | CallFailed e) {
                log("failed: " + e.getMessage());
            } catch (Killed e) {
                log("dies");
            } catch (CompletionException e) {
                if (e.getCause() instanceof Killed) {
                    log("dies while it looks");
                } else if (!(e.getCause() instanceof Baton.Over)) {
                    throw e;
                }
            } finally {
                calls.remove(name);
            }
        });
    }

    private Optional<Call> current() {
        return Optional.ofNullable(calls.get(baton.actor()));
    }

    /** Time in which a call of the function may die at any moment. */
    private final class Mortal implements Time {
        @Override
        public Instant now() {
            return baton.now();
        }

        @Override
        public void sleep(Duration duration) {
            var call = current();
            call.filter(it -> it.dead).ifPresent(it -> {
                throw new Killed();
            });
            baton.sleep(duration);
            truth();
            call.filter(it -> baton.now().isAfter(it.began.plus(LIFETIME)) || dies())
                    .ifPresent(it -> {
                        it.dead = true;
                        throw new Killed();
                    });
        }

        private boolean dies() {
            return pair.is(Kind.CALLS_DIE) && random.nextInt(40) == 0;
        }
    }

    /** Stands around each call to EC2: takes time, troubles it, and judges what it does. */
    private final class Judge implements Gate {
        private final Time time = new Mortal();
        private Optional<NetworkInterfaceAttachment> attachment = Optional.empty();

        @Override
        public void before(String call) {
            time.sleep(Duration.ofMillis(random.nextInt(150)));
            if (pair.is(Kind.EC2_THROTTLES) && random.nextInt(2) == 0) {
                log(call + ": throttled");
                throw SimulatedEc2.error("RequestLimitExceeded", "Request limit exceeded.");
            }
            if (pair.is(Kind.EC2_SILENT) && random.nextInt(4) == 0) {
                log(call + ": no answer");
                time.sleep(Clients.EC2_CALL);
                throw SimulatedEc2.noAnswer();
            }
            pair.pace();
            truth();
            attachment = ec2.eni().attachment();
        }

        @Override
        public void after(String call) {
            truth();
            log(call);
            current().ifPresent(it -> judge(it, call.split(" ", -1)));
            time.sleep(Duration.ofMillis(random.nextInt(50)));
            if (pair.is(Kind.EC2_SILENT) && random.nextInt(8) == 0) {
                log(call + ": the answer is lost");
                time.sleep(Clients.EC2_CALL);
                throw SimulatedEc2.noAnswer();
            }
        }

        private void judge(Call call, String... words) {
            switch (words[0]) {
                // Nothing is attached where EC2 showed an old state: EC2 will refuse, and nobody is harmed.
                case FloatingEni.DETACH -> attachment.ifPresent(it -> invariants.detached(call, words[1], it));
                case FloatingEni.ATTACH -> invariants.attached(call, words[2], pair.servers());
                case "StopInstances" ->
                    invariants.stopped(
                            call,
                            words[1],
                            attachment
                                    .filter(a -> a.instanceId().equals(words[1]))
                                    .isPresent());
                default -> {}
            }
        }
    }

    // What the calls see

    private Sight look(URI url) {
        var time = new Mortal();
        var server =
                url.equals(SERVICE) ? guests.service() : pair.at(url.getHost()).filter(guests::serves);
        if (pair.is(Kind.WITNESS_BLIND) || server.isEmpty()) {
            time.sleep(Duration.ofMillis(random.nextBoolean() ? 10 : 1000));
            return new Sight(null, "no answer");
        }
        time.sleep(Duration.ofMillis(5 + random.nextInt(40)));
        return new Sight(server.get(), "HTTP 200 from " + server.get());
    }

    private Duration lag() {
        return pair.is(Kind.EC2_LATE) ? Duration.ofMillis(random.nextInt(5000)) : Duration.ZERO;
    }

    /** The record, with an eye on what its callers learn from it. */
    private PairRecord watched(PairRecord record) {
        return (PairRecord) Proxy.newProxyInstance(
                Simulation.class.getClassLoader(), new Class<?>[] {PairRecord.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("read")) {
                        current().ifPresent(call -> {
                            call.looked = baton.now();
                            call.memory = Memory.EMPTY;
                        });
                    }
                    try {
                        var result = method.invoke(record, arguments);
                        learn(method, result);
                        return result;
                    } catch (InvocationTargetException e) {
                        if (e.getCause() instanceof RecordUnavailable) {
                            log("record: " + method.getName() + ": no answer");
                        }
                        throw e.getCause();
                    }
                });
    }

    private void learn(Method method, @Nullable Object result) {
        var words = result == null ? "" : ": " + result;
        log("record: " + method.getName() + words);
        if (result instanceof Memory memory) {
            lastRead = memory;
            current().ifPresent(call -> call.memory = memory);
        }
        if (result instanceof Optional<?> taken && taken.isPresent() && taken.get() instanceof Acquired acquired) {
            current().ifPresent(call -> invariants.leased(call, acquired.lease()));
        }
        if (method.getName().equals("giveBack")) {
            current().ifPresent(invariants::gaveBack);
        }
    }

    // Order

    private int earliest(List<Instant> wakes) {
        var first = 0;
        var equal = 1;
        for (int i = 1; i < wakes.size(); i++) {
            var compared = wakes.get(i).compareTo(wakes.get(first));
            if (compared < 0) {
                first = i;
                equal = 1;
            } else if (compared == 0 && random.nextInt(++equal) == 0) {
                first = i;
            }
        }
        return first;
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private void log(String what) {
        if (timeline != null) {
            var seconds = Duration.between(VirtualTime.START, baton.now()).toMillis() / 1000.0;
            timeline.add(String.format(Locale.ROOT, "%8.3f  %-8s %s", seconds, baton.actor(), what));
        }
    }
}
