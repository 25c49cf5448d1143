package io.enifailover.function;

import io.enifailover.function.Decision.Alert;
import io.enifailover.function.Decision.Keep;
import io.enifailover.function.Decision.LookAgain;
import io.enifailover.function.Decision.MoveTo;
import io.enifailover.function.Event.Order.Switchover;
import io.enifailover.function.Event.Trigger;
import io.enifailover.function.Event.Trigger.Report;
import io.enifailover.function.HealthProber.Series;
import io.enifailover.function.Mover.MoveRequest;
import io.enifailover.function.Mover.Result.Failed;
import io.enifailover.function.Mover.Result.GaveWay;
import io.enifailover.function.Mover.Result.Moved;
import io.enifailover.function.PairRecord.PairState;
import io.enifailover.protocol.Fencing;
import io.enifailover.protocol.FunctionSettings;
import io.enifailover.protocol.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of every trigger: observe, decide, act, verify, record.
 *
 * <p>A trigger says "look", and nothing of what to do: any of them may come late, twice or never.
 */
final class Controller {
    private static final Logger LOG = LoggerFactory.getLogger(Controller.class);
    private static final int ROUNDS = 3;

    /**
     * What a call ended with.
     *
     * @param moved whether the interface was moved
     * @param words what was done or left, and why
     * @param alert what a person should know, or null
     */
    record Answer(boolean moved, String words, @Nullable Alert alert) {}

    private final FunctionSettings settings;
    private final Policy policy;
    private final Deadlines deadlines;
    private final Dependencies deps;
    private final Observations observations;
    private final Telemetry telemetry;
    private final Mover mover;
    private final Housekeeping housekeeping;
    private final Function<Observation, Decision> decide;

    Controller(FunctionSettings settings, Dependencies deps) {
        this(settings, deps, new Policy(settings.failover())::decide);
    }

    /**
     * @param decide what to do without an order
     */
    Controller(FunctionSettings settings, Dependencies deps, Function<Observation, Decision> decide) {
        this.settings = settings;
        policy = new Policy(settings.failover());
        deadlines = Deadlines.of(settings.failover().deadlines());
        this.deps = deps;
        var eni = new FloatingEni(deps.ec2(), settings.interfaceId());
        var fleet = deps.fleet(settings.interfaceId());
        var record = deps.records().apply(settings.interfaceId());
        observations = new Observations(settings.interfaceId(), settings.serviceUri(), deps);
        telemetry = new Telemetry(settings.interfaceId(), deps);
        mover = new Mover(eni, fleet, record, telemetry, deps.time());
        housekeeping = new Housekeeping(fleet, record, new Permissions(eni, fleet));
        this.decide = decide;
    }

    /**
     * Looks, and does what is to be done.
     *
     * @param id  names this call
     * @param end when it has to be over
     */
    Answer handle(Trigger trigger, String id, Instant end) {
        var arrived = deps.time().now();
        var report = trigger instanceof Report it ? it : null;
        var call = new Call(id, trigger.toString(), arrived, end);
        return inRounds(call, (round, longer) -> {
            // A report is a second opinion already, and out of date once somebody else has been at work.
            var opinion = round == 0 ? report : null;
            var series = opinion == null ? Series.SHORT : Series.GLANCE;
            var seen = observe(opinion, longer ? Series.LONG : series, end);
            var decision = decide.apply(seen);
            if (trigger instanceof Trigger.Tick) {
                keepUp(seen, decision);
            }
            var failed = seen.holder().flatMap(holder -> trigger.failedSince(holder.id(), arrived));
            return new Considered(seen, decision, decide, failed.orElse(null));
        });
    }

    private void keepUp(Observation seen, Decision decision) {
        if (decision instanceof Keep keep) {
            telemetry.measured(seen, keep.alert() == Alert.BOTH_DOWN);
            housekeeping.care(seen);
        } else if (decision instanceof MoveTo) {
            // Before the move, which may fail each time.
            housekeeping.heal(seen);
        }
    }

    /** Moves because an operator wants it. */
    Answer handle(Switchover order, String id, Instant end) {
        return planned(order.by(), id, end, seen -> policy.decide(seen, order.to()));
    }

    /** Moves to the server of this role, unless there is a hold: one that comes before the lease is taken counts too. */
    Answer drill(Role to, String by, String id, Instant end) {
        return planned(by, id, end, seen -> policy.rehearse(seen, to));
    }

    private Answer planned(String by, String id, Instant end, Function<Observation, Decision> decision) {
        return inRounds(new Call(id, by, deps.time().now(), end), (round, longer) -> {
            var seen = observe(null, Series.SHORT, end);
            return new Considered(seen, decision.apply(seen), decision, null);
        });
    }

    /** Says what an operator's order would do now. */
    Decision rehearse(Switchover order) {
        return policy.decide(observe(null, Series.SHORT), order.to());
    }

    /**
     * Looks at everything, once.
     *
     * @param report what led to it, or null
     */
    Observation observe(@Nullable Report report, Series series) {
        return observations.observe(report, series, deadlines);
    }

    private Observation observe(@Nullable Report report, Series series, Instant end) {
        return observations.observe(report, series, until(end));
    }

    /** The deadlines of a move, within the time that is left. */
    private Deadlines until(Instant end) {
        return deadlines.withOverall(Duration.between(deps.time().now(), end));
    }

    private Answer inRounds(Call call, Consideration consider) {
        var gaveWay = "";
        for (int round = 0; round < ROUNDS; round++) {
            var considered = consider.at(round, false);
            if (considered.decision() instanceof LookAgain longer) {
                LOG.debug("{}: looking longer, {}", call.by(), longer.reason());
                considered = consider.at(round, true);
            }
            if (!(considered.decision() instanceof MoveTo to)) {
                return kept(call, considered);
            }
            var cause = new MoveReason(
                    to.kind(), to.reason(), call.by(), call.arrived(), considered.failed(), considered.seen());
            var request = new MoveRequest(
                    call.id(),
                    to.serverId(),
                    considered.seen().floating(),
                    cause,
                    settings.failover().fencing() == Fencing.STOP && to.fencing(),
                    considered::stands);
            var result = mover.move(request, until(call.end()), witness());
            if (result instanceof Moved) {
                return new Answer(true, "moved to %s: %s".formatted(to.serverId(), to.reason()), null);
            }
            if (result instanceof Failed failed) {
                throw failed.why();
            }
            gaveWay = ((GaveWay) result).to();
        }
        return new Answer(false, "gave way to " + gaveWay, null);
    }

    private Answer kept(Call call, Considered considered) {
        var keep = (Keep) considered.decision();
        LOG.debug("{}: kept, {}", call.by(), keep.reason());
        telemetry.kept(call.by(), considered.seen(), keep);
        return new Answer(false, "kept: " + keep.reason(), keep.alert());
    }

    private @Nullable Witness witness() {
        var url = settings.serviceUri();
        return url == null ? null : deps.witnesses().apply(url);
    }

    /** One call of the function. */
    private record Call(String id, String by, Instant arrived, Instant end) {}

    private interface Consideration {
        Considered at(int round, boolean longer);
    }

    /**
     * @param decide what has made the decision
     * @param failed since when the holder fails, as far as it is known, or null
     */
    private record Considered(
            Observation seen,
            Decision decision,
            Function<Observation, Decision> decide,
            @Nullable Instant failed) {

        /** Whether what the record holds now leads to the same move. */
        boolean stands(PairState memory) {
            return decision instanceof MoveTo before
                    && decide.apply(seen.remembering(memory)) instanceof MoveTo now
                    && now.serverId().equals(before.serverId());
        }
    }
}
