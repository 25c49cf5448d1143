package io.enifailover.function;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.CloudFormationCustomResourceEvent;
import io.enifailover.function.Event.Heartbeat;
import io.enifailover.function.Event.Trigger;
import io.enifailover.function.Event.Trigger.Report;
import io.enifailover.function.Event.Trigger.StateChange;
import io.enifailover.function.Event.Trigger.StatusAlarm;
import io.enifailover.function.Event.Trigger.Tick;
import io.enifailover.function.Invariant.Violation;
import io.enifailover.function.PairRecord.Acquired;
import io.enifailover.function.PairRecord.Entry;
import io.enifailover.function.PairRecord.LastHeartbeat;
import io.enifailover.function.PairRecord.PairState;
import io.enifailover.function.Witness.ProbeResult;
import io.enifailover.function.Witness.Reaction;
import io.enifailover.protocol.Answer.MoveAnswer;
import io.enifailover.protocol.Endpoint;
import io.enifailover.protocol.FailoverSettings;
import io.enifailover.protocol.Fencing;
import io.enifailover.protocol.FunctionContract;
import io.enifailover.protocol.FunctionSettings;
import io.enifailover.protocol.Order.SwitchoverOrder;
import io.enifailover.protocol.Role;
import io.enifailover.protocol.Step;
import io.enifailover.protocol.WitnessedService;
import io.enifailover.simulation.Baton;
import io.enifailover.simulation.Baton.RealTime;
import io.enifailover.simulation.FaultKind;
import io.enifailover.simulation.GuestHistory;
import io.enifailover.simulation.Plan;
import io.enifailover.simulation.Plan.Option;
import io.enifailover.simulation.PlannedChance;
import io.enifailover.simulation.ScriptedEc2;
import io.enifailover.simulation.ScriptedEc2.Killed;
import io.enifailover.simulation.ScriptedRecord;
import io.enifailover.simulation.ScriptedRecord.Trouble;
import io.enifailover.simulation.SimulatedContext;
import io.enifailover.simulation.SimulatedEc2;
import io.enifailover.simulation.SimulatedEc2.Gate;
import io.enifailover.simulation.SimulatedGuests;
import io.enifailover.simulation.SimulatedPair;
import io.enifailover.simulation.TroubledPair;
import io.enifailover.simulation.TroubledPair.OperatorCalls;
import io.enifailover.simulation.VirtualTime;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceAttachment;
import software.amazon.lambda.powertools.cloudformation.Response;

/**
 * One history of a pair: a plan of faults, servers with watches, people and deployments, and as many calls of the function at
 * a time as there are triggers.
 *
 * <p>Each call of the function runs in a thread of its own and hands the baton on wherever it calls EC2, the record or the
 * witness, or sleeps. The probes of several addresses come one after the other here, which takes longer than it really does.
 *
 * <p><b>Clocks.</b> A lease is a deadline that one instance of the function writes and another one compares with its own
 * clock. It rests on the assumption that two of these clocks differ by less than a second ({@link Invariants#CLOCKS}): a
 * mover renews its lease so long before the deadline that a clock which is a second ahead does not end it. The clocks of the
 * servers may be wrong by half a minute, since a report is corrected by what the last heartbeat showed.
 */
final class Simulation {
    /** Lambda ends a call that takes longer. */
    static final Duration LIFETIME = Deadlines.DEFAULT.overall().plus(FunctionContract.RESERVE);

    /**
     * How long Lambda waits before it repeats an asynchronous call that failed, the first time and the second.
     * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
     */
    private static final List<Duration> REPEATS = List.of(Duration.ofMinutes(1), Duration.ofMinutes(2));

    static final WitnessedService SERVICE =
            new WitnessedService("203.0.113.1", SimulatedWorld.CHECK, SimulatedWorld.CHECK);

    /** A history goes on for so long after the last fault, so that the schedule comes once more. */
    private static final Duration EPILOGUE = Duration.ofSeconds(65);

    /** If no server can serve for so long after the last fault, none will. */
    private static final Duration HOPELESS = Duration.ofMinutes(5);

    private static final Duration LONGEST = Duration.ofHours(4);

    /**
     * What is planted into the simulation to show that it finds it.
     *
     * @param policy        what is made of the policy
     * @param decide        what is made of its decisions
     * @param record        what is made of the pair record
     * @param checksNothing whether EC2 detaches whatever attachment there is
     * @param judges        the invariants that are judged
     */
    record Bugs(
            UnaryOperator<Policy> policy,
            UnaryOperator<Function<Observation, Decision>> decide,
            UnaryOperator<PairRecord> record,
            boolean checksNothing,
            Set<Invariant> judges) {
        static final Bugs NONE = new Bugs(
                UnaryOperator.identity(),
                UnaryOperator.identity(),
                UnaryOperator.identity(),
                false,
                EnumSet.allOf(Invariant.class));

        Bugs policy(UnaryOperator<Policy> value) {
            return new Bugs(value, decide, record, checksNothing, judges);
        }

        Bugs decide(UnaryOperator<Function<Observation, Decision>> value) {
            return new Bugs(policy, value, record, checksNothing, judges);
        }

        Bugs record(UnaryOperator<PairRecord> value) {
            return new Bugs(policy, decide, value, checksNothing, judges);
        }

        Bugs checkingNoAttachment() {
            return new Bugs(policy, decide, record, true, judges);
        }

        Bugs judgedBy(Set<Invariant> invariants) {
            return new Bugs(policy, decide, record, checksNothing, invariants);
        }
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
    private final PlannedChance chance;
    private final @Nullable List<String> timeline;
    private final Baton baton = new Baton(this::earliest, RealTime.NONE);
    private final ScriptedEc2 ec2 = new ScriptedEc2(baton);
    private final SimulatedGuests guests = new SimulatedGuests(baton, ec2);
    private final GuestHistory guestHistory = new GuestHistory(baton, guests);
    private final Liveness liveness = new Liveness();
    private final Set<Invariant> judges;
    private final Invariants invariants;
    private final ScriptedRecord table;
    private final TroubledPair pair;
    private final Controller controller;
    private final OperatorQueries desk;
    private final Drill drill;
    private final SwapHandler swap;
    private final Map<String, Call> calls = new HashMap<>();
    private int begun;
    private @Nullable Instant servedSince;
    private @Nullable Instant hopelessSince;

    private Simulation(Plan plan, Bugs bugs, @Nullable List<String> timeline) {
        this.plan = plan;
        this.timeline = timeline;
        chance = new PlannedChance(plan.seed());
        if (chance.oneIn(2)) {
            ec2.refusesToDetachWhileStopping();
        }
        var time = new Mortal();
        table = new ScriptedRecord(time).troubled(this::trouble);
        table.callTakes(Duration.ofMillis(8));
        judges = bugs.judges();
        invariants = new Invariants(judges, baton, guestHistory, table::written, ec2.servers(), plan);
        pair = new TroubledPair(
                plan, new TroubledPair.Outside(baton, ec2, guests, table, invariants, chance, this::log), new Called());
        Function<Endpoint, Witness> witnesses = endpoint -> () -> probe(endpoint);
        var record = watched(bugs.record().apply(table));
        var deps = SimulatedDependencies.of(ec2, record, witnesses, time);
        var policy = bugs.policy()
                .apply(new Policy(FailoverSettings.ofDefaults()
                        .withCoolDown(Invariants.COOL_DOWN)
                        .withFlapLimit(Invariants.FLAP_LIMIT)
                        .withFailbackAfter(plan.has(Option.FAILBACK) ? Invariants.FAILBACK_AFTER : null)
                        .withFencing(fencing(plan))));
        var settings = new FunctionSettings(
                SimulatedEc2.ENI,
                SimulatedEc2.STACK,
                "pair",
                plan.has(Option.NO_WITNESS) ? null : SERVICE,
                policy.settings());
        var parts = Collaborators.of(settings.interfaceId(), settings.service(), deps);
        var preflight = new PreflightCheck(settings.failover(), parts);
        controller = new Controller(
                settings.failover(), parts, deciding(bugs.decide().apply(policy::decide)));
        desk = new OperatorQueries(settings, controller, preflight, parts);
        drill = new Drill(controller, preflight, parts);
        swap = new SwapHandler(deps, settings.failover());
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
        } catch (Violation e) {
            throw new Violation(e, "Plan.of(\"%s\")%n%s".formatted(plan, timeline(plan, bugs)));
        } catch (AssertionError e) {
            throw new AssertionError("%s%nPlan.of(\"%s\")".formatted(e.getMessage(), plan), e);
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
        baton.start("stack", Duration.ZERO, this::deployed);
        pair.begin();
        baton.at(chance.upTo(Duration.ofSeconds(1)), this::second);
        var steps = baton.run();
        var cleared = pair.cleared().orElseThrow();
        return new Result(
                steps,
                begun,
                invariants.moves(),
                servedSince == null || servedSince.isBefore(cleared)
                        ? Duration.ZERO
                        : Duration.between(cleared, servedSince));
    }

    /** What the record says once the stack is there, and both servers have booted. */
    private void deployed() {
        var primary = pair.pair().primaryId();
        table.append(new Entry(
                "stack",
                VirtualTime.START.minus(Duration.ofDays(1)),
                Kind.SWAP,
                "no server of the pair holds it",
                "CloudFormation",
                primary,
                primary,
                "serves",
                false,
                false,
                null,
                Map.of()));
        pair.servers().forEach(id -> table.heartbeat(id, new LastHeartbeat(baton.now(), "1", Duration.ZERO, "", "")));
    }

    private void second() {
        baton.at(Duration.ofSeconds(1), this::second);
        pair.second();
        truth();
        var now = baton.now();
        var serves = guests.service().isPresent();
        servedSince = !serves ? null : servedSince == null ? now : servedSince;
        liveness.second(now, serves, hindered(), pair.able());
        if (liveness.isExceeded(now) && judges.contains(Invariant.SERVES_IN_TIME)) {
            throw new Violation(
                    Invariant.SERVES_IN_TIME, "nobody serves, though one server could for " + Liveness.BOUND);
        }
        hopelessSince = serves || !pair.able().isEmpty() ? null : hopelessSince == null ? now : hopelessSince;
        endIfOver(now, pair.cleared().orElse(Instant.MAX));
    }

    private void endIfOver(Instant now, Instant cleared) {
        if (now.isAfter(VirtualTime.START.plus(LONGEST))) {
            // Where a planted bug keeps the pair from recovering, only its own invariant is judged.
            if (!judges.contains(Invariant.SERVES_IN_TIME)) {
                baton.end();
                return;
            }
            throw new AssertionError("the history does not end");
        }
        if (cleared.equals(Instant.MAX) || now.isBefore(cleared.plus(EPILOGUE))) {
            return;
        }
        var settled = servedSince != null && now.isAfter(servedSince.plusSeconds(10));
        var hopeless = hopelessSince != null
                && now.isAfter(later(cleared, hopelessSince).plus(HOPELESS));
        // It may stay where nobody serves: see hindered().
        var stays = plan.has(Option.NO_WITNESS) && hindered() && now.isAfter(cleared.plus(HOPELESS));
        // Each call waits in vain for a holder that cannot be stopped without the record.
        var stuck = plan.has(Option.STOP_FIRST) && hindered() && now.isAfter(cleared.plus(HOPELESS));
        var unjudged = !judges.contains(Invariant.SERVES_IN_TIME) && now.isAfter(cleared.plus(Liveness.BOUND));
        // Where the interface is free and no server can serve, there is always a call that tries to attach it.
        if (hopeless || stuck || (calls.isEmpty() && (settled || stays || unjudged))) {
            invariants.over(table.counted());
            baton.end();
        }
    }

    /**
     * Without a witness only reports tell of a failure, and without the record nothing corrects the time of a report. Without the
     * record nobody stops the old holder first either, which need not let go by itself.
     */
    private boolean hindered() {
        var now = baton.now();
        var hold = table.written().hold();
        var unreadable = pair.is(FaultKind.TABLE_DOWN) || pair.is(FaultKind.TABLE_FLAKY);
        return pair.hindered()
                || (hold != null && now.isBefore(hold.until()))
                || now.isBefore(invariants.dampedUntil())
                || (plan.has(Option.NO_WITNESS) && plan.has(Option.SKEWED_CLOCKS) && unreadable)
                || (plan.has(Option.STOP_FIRST) && unreadable);
    }

    /** Notes what is so just now. */
    private void truth() {
        guestHistory.note(pair.servers());
        invariants.note(ec2.eni().attachment().orElse(null));
        if (pair.is(FaultKind.WITNESS_BLIND)) {
            invariants.blind();
        }
    }

    // Calls of the function

    private interface Handling {
        String handle(String id, Instant end);
    }

    /** The function, as it is called from outside. */
    private final class Called implements OperatorCalls {
        @Override
        public void report(String server, int failures, Reaction reaction, Duration failingFor, Instant clock) {
            trigger(new Report(server, failures, SimulatedPair.failure(reaction), failingFor, clock));
        }

        @Override
        public void stateChange(String server, String state, Instant at) {
            trigger(new StateChange(server, state, at));
        }

        @Override
        public void statusAlarm(String server) {
            trigger(new StatusAlarm("status of " + server, "ALARM"));
        }

        @Override
        public void tick() {
            trigger(new Tick());
        }

        private void trigger(Trigger trigger) {
            var by = trigger instanceof Tick ? Call.By.SCHEDULE : Call.By.TRIGGER;
            begun++;
            attempt(
                    "call " + begun,
                    "call " + begun,
                    by,
                    trigger.toString(),
                    0,
                    (id, end) -> words(controller.handle(trigger, id, end)));
        }

        @Override
        public void heartbeat(String server, Instant clock) {
            var heartbeat = new Heartbeat(server, "1", clock, "", "");
            once(
                    Call.By.HEARTBEAT,
                    "heartbeat of " + server,
                    (id, end) ->
                            desk.note(heartbeat, SimulatedPair.roleOf(server)).toString());
        }

        @Override
        public void order(Role to) {
            var order = new SwitchoverOrder(to, "a person", false);
            once(Call.By.ORDER, "order to " + to, (id, end) -> words(controller.handle(order, id, end)));
        }

        @Override
        public void drill() {
            once(Call.By.DRILL, "drill", (id, end) -> words(drill.run(id, end)));
        }

        @Override
        public void deploy(Pair pair, Role holder) {
            deploy(pair, pair, holder, succeeded -> {});
        }

        @Override
        public void deploy(Pair pair, Pair before, Consumer<Boolean> done) {
            deploy(pair, before, null, done);
        }

        private void deploy(Pair pair, Pair before, @Nullable Role holder, Consumer<Boolean> done) {
            once(Call.By.DEPLOYMENT, "deployment, holder " + holder, (id, end) -> {
                var succeeded = false;
                try {
                    var response = swap.update(update(id, pair, before, holder), context(end));
                    succeeded = response.getStatus() == Response.Status.SUCCESS;
                    current().orElseThrow().moveFailed = !succeeded;
                    return String.valueOf(succeeded ? response.getStatus() : response.getReason());
                } finally {
                    var result = succeeded;
                    baton.at(Duration.ZERO, () -> done.accept(result));
                }
            });
        }

        private void once(Call.By by, String words, Handling handling) {
            begun++;
            attempt("call " + begun, "call " + begun, by, words, REPEATS.size(), handling);
        }
    }

    /** Of which a deployment only asks how much time is left. */
    private Context context(Instant end) {
        var time = new Mortal();
        return SimulatedContext.of(
                "", "", () -> Duration.between(time.now(), end).plus(FunctionContract.RESERVE));
    }

    private CloudFormationCustomResourceEvent update(String id, Pair pair, Pair before, @Nullable Role holder) {
        return CloudFormationCustomResourceEvent.builder()
                .withRequestType("Update")
                .withRequestId(id)
                .withPhysicalResourceId(SimulatedEc2.ENI)
                .withResourceProperties(properties(pair, holder))
                .withOldResourceProperties(properties(before, holder == null ? null : holder.other()))
                .build();
    }

    private Map<String, Object> properties(Pair pair, @Nullable Role holder) {
        var properties = new HashMap<String, Object>(Map.of(
                "InterfaceId", SimulatedEc2.ENI,
                "PrimaryId", pair.primaryId(),
                "StandbyId", pair.standbyId()));
        if (!plan.has(Option.NO_WITNESS)) {
            properties.put("WitnessedService", SERVICE.toString());
        }
        if (holder != null) {
            properties.put("Holder", holder.toString());
        }
        return properties;
    }

    private String words(MoveAnswer answer) {
        current().ifPresent(call -> call.moved = answer.moved());
        return answer.message() + (answer.alert() == null ? "" : ", alert: " + answer.alert());
    }

    private void attempt(String name, String id, Call.By by, String words, int attempts, Handling handling) {
        baton.start(name, Duration.ZERO, () -> {
            var call = new Call(name, id, by, pair.clock(Invariants.CLOCKS.dividedBy(2)), baton.now());
            calls.put(name, call);
            log(words);
            try {
                log(handling.handle(id, call.clock.at(baton.now()).plus(Deadlines.DEFAULT.overall())));
                return;
            } catch (MoveFailed e) {
                // It is there, and does not serve: that is a move too.
                call.moved = e.step() == Step.SERVE;
                call.moveFailed = true;
                log("failed: " + e.getMessage());
            } catch (CallFailed | RecordUnavailable e) {
                log("failed: " + e.getMessage());
            } catch (Killed e) {
                log("dies");
            } catch (CompletionException e) {
                if (e.getCause() instanceof Baton.Over over) {
                    throw over;
                }
                if (!(e.getCause() instanceof Killed)) {
                    throw e;
                }
                log("dies while it observes");
            } finally {
                calls.remove(name);
                invariants.ended(call);
            }
            if (attempts < REPEATS.size()) {
                baton.at(REPEATS.get(attempts), () -> attempt(name + "'", id, by, words, attempts + 1, handling));
            }
        });
    }

    private Function<Observation, Decision> deciding(Function<Observation, Decision> decide) {
        return seen -> {
            var decision = decide.apply(seen);
            current().ifPresent(call -> {
                call.decision = decision;
                invariants.decided(
                        call,
                        seen,
                        pair.servers().stream()
                                .filter(id -> SimulatedPair.roleOf(id) == Role.PRIMARY)
                                .toList());
            });
            return decision;
        };
    }

    private Optional<Call> current() {
        return Optional.ofNullable(calls.get(baton.actor()));
    }

    private static Fencing fencing(Plan plan) {
        if (plan.has(Option.STOP_FIRST)) {
            return Fencing.STOP_FIRST;
        }
        return plan.has(Option.FENCING) ? Fencing.STOP : Fencing.NONE;
    }

    /** Time in which a call of the function may die at any moment, by its own clock. */
    private final class Mortal implements Time {
        @Override
        public Instant now() {
            return current().map(call -> call.clock.at(baton.now())).orElse(baton.now());
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
            return pair.is(FaultKind.CALLS_DIE) && chance.strikesOneIn(40);
        }
    }

    /** Stands around each call to EC2: takes time, troubles it, and judges what it does. */
    private final class Judge implements Gate {
        private final Time time = new Mortal();
        private Optional<NetworkInterfaceAttachment> attachment = Optional.empty();

        @Override
        public void before(String call) {
            if (call.startsWith(FloatingEni.DETACH) && call.endsWith(" by force")) {
                current().ifPresent(it -> invariants.wantsByForce(it, call.split(" ", -1)[1]));
            }
            if (call.startsWith(FloatingEni.DETACH) && !call.endsWith(SimulatedEc2.DRY_RUN)) {
                current().ifPresent(it -> invariants.wantsToDetach(it, call.split(" ", -1)[1]));
            }
            if (call.startsWith(FloatingEni.ATTACH) && !call.endsWith(SimulatedEc2.DRY_RUN)) {
                current().ifPresent(it -> invariants.wantsToAttach(it, call.split(" ", -1)[2]));
            }
            time.sleep(chance.upTo(Duration.ofMillis(150)));
            if (pair.is(FaultKind.EC2_THROTTLES) && chance.strikesOneIn(2)) {
                log(call + ": throttled");
                throw SimulatedEc2.error("RequestLimitExceeded", "Request limit exceeded.");
            }
            if (pair.is(FaultKind.EC2_SILENT) && chance.strikesOneIn(4)) {
                unanswered(call + ": no answer");
            }
            if (call.startsWith(FloatingEni.ATTACH) && guests.has(call.split(" ", -1)[2], FaultKind.ATTACH_REFUSED)) {
                log(call + ": refused");
                throw SimulatedEc2.error("InternalError", "An internal error has occurred.");
            }
            pair.servers().stream()
                    .filter(server -> guests.has(server, FaultKind.OMITTED) && chance.strikesOneIn(2))
                    .forEach(server -> ec2.hides(Duration.ofMillis(1), server));
            pair.pace();
            truth();
            attachment = ec2.eni().attachment();
        }

        @Override
        public void after(String call) {
            log(call);
            // Before the truth changes: the server that serves until now is the one that must not lose the interface.
            current().ifPresent(it -> judge(it, call.split(" ", -1)));
            truth();
            time.sleep(chance.upTo(Duration.ofMillis(50)));
            if (pair.is(FaultKind.EC2_ANSWERS_LOST) && chance.strikesOneIn(8)) {
                current().ifPresent(it -> it.answerLost = true);
                unanswered(call + ": the answer is lost");
            }
        }

        private void unanswered(String words) {
            log(words);
            if (words.startsWith("StopInstances ")) {
                invariants.stoppedPerhaps(words.split("[ :]", -1)[1]);
            }
            time.sleep(FunctionContract.EC2_CALL);
            throw ScriptedEc2.noAnswer();
        }

        private void judge(Call call, String... words) {
            switch (words[0]) {
                // Nothing is attached where EC2 showed an old state: EC2 will refuse, and nobody is harmed.
                case FloatingEni.DETACH -> attachment.ifPresent(it -> invariants.detaches(call, words[1], it));
                case FloatingEni.ATTACH ->
                    invariants.attaches(
                            call, words[2], ec2.eni().attachment().orElseThrow().attachmentId(), pair.servers());
                case "StopInstances" ->
                    invariants.stops(
                            call,
                            words[1],
                            attachment
                                    .filter(a -> a.instanceId().equals(words[1]))
                                    .isPresent());
                case "StartInstances" -> invariants.starts(call, words[1]);
                default -> {}
            }
        }
    }

    // What the calls see

    private ProbeResult probe(Endpoint endpoint) {
        var time = new Mortal();
        var server = endpoint.equals(SERVICE.endpoint())
                ? guests.service()
                : pair.at(endpoint.address()).filter(guests::serves);
        if (pair.is(FaultKind.WITNESS_BLIND) || isLost(endpoint)) {
            return failed(time, Reaction.SILENCE);
        }
        if (server.isEmpty()) {
            var there = endpoint.equals(SERVICE.endpoint()) ? guests.reached() : pair.at(endpoint.address());
            return failed(time, there.map(guests::reaction).orElse(Reaction.SILENCE));
        }
        time.sleep(Duration.ofMillis(5 + chance.below(40)));
        return ProbeResult.passed(server.get(), "HTTP 200 from " + server.get());
    }

    private static ProbeResult failed(Time time, Reaction reaction) {
        time.sleep(SimulatedGuests.probeTakes(reaction));
        return ProbeResult.failed(reaction.toString(), reaction);
    }

    private boolean isLost(Endpoint endpoint) {
        var anyNumber = pair.is(FaultKind.PROBES_LOST) && chance.strikesOneIn(2);
        var lost = anyNumber || isSingleLost(endpoint);
        if (lost) {
            current().ifPresent(call -> invariants.probeLost(call, endpoint.address(), anyNumber));
        }
        return lost;
    }

    /** Whether this probe is lost: never two in a row at the same place. */
    private boolean isSingleLost(Endpoint endpoint) {
        if (!pair.is(FaultKind.SINGLE_PROBES_LOST)) {
            return false;
        }
        var lost = current().map(call -> call.lostProbes).orElseGet(HashMap::new);
        var now = lost.getOrDefault(endpoint.toString(), 0) == 0 && chance.strikesOneIn(3);
        lost.put(endpoint.toString(), now ? 1 : 0);
        return now;
    }

    private Duration lag() {
        return pair.is(FaultKind.EC2_LATE) ? chance.upTo(Duration.ofSeconds(5)) : Duration.ZERO;
    }

    private Trouble trouble() {
        if (!pair.is(FaultKind.TABLE_FLAKY)) {
            return Trouble.NONE;
        }
        return chance.strikesOneIn(4) ? Trouble.LOST : chance.strikesOneIn(4) ? Trouble.ANSWER_LOST : Trouble.NONE;
    }

    /** The record, with an eye on what its callers learn from it. */
    private PairRecord watched(PairRecord record) {
        return (PairRecord) Proxy.newProxyInstance(
                Simulation.class.getClassLoader(), new Class<?>[] {PairRecord.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("read")) {
                        current().ifPresent(call -> {
                            call.observed = baton.now();
                            call.recorded = PairState.EMPTY;
                            invariants.observes(call);
                        });
                    }
                    if (method.getName().equals("release")) {
                        // From now on: it may be written long before the answer comes, if one does.
                        current().ifPresent(invariants::released);
                    }
                    if (method.getName().equals("taint")) {
                        current().ifPresent(call -> invariants.wantsToTaint(call, (String) arguments[0]));
                    }
                    if (method.getName().equals("failedMove")) {
                        // From now on: the call may take a while to write down the rest.
                        current().ifPresent(call -> call.moveFailed = true);
                    }
                    if (method.getName().equals("stopped")) {
                        current().ifPresent(call -> call.stops = (String) arguments[0]);
                    }
                    try {
                        var result = method.invoke(record, arguments);
                        learn(method, result);
                        return result;
                    } catch (InvocationTargetException e) {
                        if (e.getCause() instanceof RecordUnavailable) {
                            current().ifPresent(call -> {
                                invariants.recordFailed(call);
                                call.unread |= method.getName().equals("read");
                            });
                            log("record: " + method.getName() + ": no answer");
                        }
                        if (method.getName().equals("stopped")
                                || method.getName().equals("notStopped")) {
                            invariants.stoppedPerhaps((String) arguments[0]);
                        }
                        throw e.getCause();
                    }
                });
    }

    private void learn(Method method, @Nullable Object result) {
        var words = result == null ? "" : ": " + result;
        log("record: " + method.getName() + words);
        if (result instanceof PairState recorded) {
            current().ifPresent(call -> {
                call.recorded = recorded;
                call.unread = false;
            });
        }
        if (result instanceof Optional<?> taken && taken.isPresent() && taken.get() instanceof Acquired acquired) {
            current().ifPresent(call -> {
                call.unread = false;
                invariants.leased(call, acquired);
            });
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
            } else if (compared == 0 && chance.oneIn(++equal)) {
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
        pair.happened(what);
    }
}
