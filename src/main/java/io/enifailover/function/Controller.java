package io.enifailover.function;

import io.enifailover.function.Decision.Keep;
import io.enifailover.function.Decision.MoveTo;
import io.enifailover.function.Decision.ProbeAgain;
import io.enifailover.function.Event.Trigger;
import io.enifailover.function.Event.Trigger.Report;
import io.enifailover.function.Event.Trigger.Tick;
import io.enifailover.function.HealthProber.Series;
import io.enifailover.function.Move.Outcome.Superseded;
import io.enifailover.protocol.Alert;
import io.enifailover.protocol.Answer.MoveAnswer;
import io.enifailover.protocol.FailoverSettings;
import io.enifailover.protocol.Order.SwitchoverOrder;
import io.enifailover.protocol.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles every trigger and order: observe, decide, move.
 *
 * <p>A trigger is a hint to reconcile: it may come late, twice or never.
 */
final class Controller {
    private static final Logger LOG = LoggerFactory.getLogger(Controller.class);

    /** How often to decide again after another controller has moved the interface. */
    private static final int ROUNDS = 3;

    private final FailoverSettings settings;
    private final Policy policy;
    private final Deadlines deadlines;
    private final Collaborators pair;
    private final Housekeeping housekeeping;
    private final Function<Observation, Decision> decide;

    Controller(FailoverSettings settings, Collaborators pair) {
        this(settings, pair, new Policy(settings)::decide);
    }

    /** @param decide decides without an order */
    Controller(FailoverSettings settings, Collaborators pair, Function<Observation, Decision> decide) {
        this.settings = settings;
        this.pair = pair;
        this.decide = decide;
        policy = new Policy(settings);
        deadlines = Deadlines.of(settings.deadlines());
        housekeeping = new Housekeeping(pair.servers(), pair.record(), new Permissions(pair.eni(), pair.servers()));
    }

    /**
     * Reconciles.
     *
     * @param id  identifies this call
     * @param end when it must have ended
     */
    MoveAnswer handle(Trigger trigger, String id, Instant end) {
        return reconcile(invocation(id, trigger.toString(), end), trigger, decide);
    }

    /** Carries out an operator's order. */
    MoveAnswer handle(SwitchoverOrder order, String id, Instant end) {
        return reconcile(invocation(id, order.by(), end), null, observation -> policy.decide(observation, order.to()));
    }

    /** Moves to the server in this role, unless there is a hold; a hold that begins before the lease is acquired counts too. */
    MoveAnswer drill(Role to, String by, String id, Instant end) {
        return reconcile(invocation(id, by, end), null, observation -> policy.decideDrill(observation, to));
    }

    /** Returns what an operator's order would do now. */
    Decision dryRun(SwitchoverOrder order) {
        var decision = policy.decide(observe(Series.SHORT), order.to());
        return decision instanceof ProbeAgain again ? policy.decide(observe(again.series()), order.to()) : decision;
    }

    Observation observe(Series series) {
        return pair.observations().observe(null, series, deadlines);
    }

    /** @param trigger null if a person or a schedule asks for the move */
    private MoveAnswer reconcile(Invocation call, @Nullable Trigger trigger, Function<Observation, Decision> decide) {
        var gaveWay = "";
        for (int round = 0; round < ROUNDS; round++) {
            // A report is out of date once another controller has changed the interface.
            var report = round == 0 && trigger instanceof Report it ? it : null;
            var observation = observe(report, report == null ? Series.SHORT : Series.QUICK, call);
            var decision = decide.apply(observation);
            // At most twice: each series is longer than the one before.
            while (decision instanceof ProbeAgain again) {
                LOG.debug("{}: probing again, {}", call.by(), again.reason());
                observation = observe(report, again.series(), call);
                decision = decide.apply(observation);
            }
            if (trigger instanceof Tick) {
                maintain(observation, decision);
            }
            if (!(decision instanceof MoveTo to)) {
                return kept(call, observation, (Keep) decision);
            }
            var outcome =
                    pair.mover().move(request(call, trigger, observation, to, decide), within(call), pair.witness());
            if (!(outcome instanceof Superseded superseded)) {
                return new MoveAnswer(true, "moved to %s: %s".formatted(to.serverId(), to.reason()), null);
            }
            gaveWay = superseded.by();
        }
        return new MoveAnswer(false, "gave way to " + gaveWay, null);
    }

    private MoveRequest request(
            Invocation call,
            @Nullable Trigger trigger,
            Observation observation,
            MoveTo to,
            Function<Observation, Decision> decide) {
        var failedSince = trigger == null
                ? Optional.<Instant>empty()
                : observation.holder().flatMap(holder -> trigger.failedSince(holder.id(), call.arrived()));
        return new MoveRequest(
                call,
                to,
                observation,
                failedSince.orElse(null),
                settings.fencing(),
                recorded -> decide.apply(observation.remembering(recorded)));
    }

    private void maintain(Observation observation, Decision decision) {
        if (decision instanceof Keep keep) {
            pair.telemetry().measured(observation, keep.alert() == Alert.BOTH_DOWN);
            housekeeping.run(observation);
        } else if (decision instanceof MoveTo) {
            // Before the move: every attempt to move may fail.
            housekeeping.heal(observation, true);
        }
    }

    private MoveAnswer kept(Invocation call, Observation observation, Keep keep) {
        LOG.debug("{}: kept, {}", call.by(), keep.reason());
        pair.telemetry().kept(call.by(), observation, keep);
        return new MoveAnswer(false, "kept: " + keep.reason(), keep.alert());
    }

    private Observation observe(@Nullable Report report, Series series, Invocation call) {
        return pair.observations().observe(report, series, within(call));
    }

    private Invocation invocation(String id, String by, Instant end) {
        return new Invocation(id, by, pair.time().now(), end);
    }

    /** The deadlines of a move, within the time that is left. */
    private Deadlines within(Invocation call) {
        return deadlines.withOverall(Duration.between(pair.time().now(), call.end()));
    }
}
