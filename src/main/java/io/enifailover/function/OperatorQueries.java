package io.enifailover.function;

import io.enifailover.function.Event.Heartbeat;
import io.enifailover.function.HealthProber.Series;
import io.enifailover.function.PairRecord.LastHeartbeat;
import io.enifailover.protocol.Answer;
import io.enifailover.protocol.Answer.HeartbeatAnswer;
import io.enifailover.protocol.Answer.HoldAnswer;
import io.enifailover.protocol.Answer.PreflightAnswer;
import io.enifailover.protocol.FunctionContract;
import io.enifailover.protocol.FunctionSettings;
import io.enifailover.protocol.Hold;
import io.enifailover.protocol.Order;
import io.enifailover.protocol.Order.HistoryOrder;
import io.enifailover.protocol.Order.HoldOrder;
import io.enifailover.protocol.Order.PreflightOrder;
import io.enifailover.protocol.Order.ReleaseOrder;
import io.enifailover.protocol.Order.StatusOrder;
import io.enifailover.protocol.Order.SwitchoverOrder;
import io.enifailover.protocol.PairStatus;
import io.enifailover.protocol.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the orders that do not move the interface. */
final class OperatorQueries {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorQueries.class);
    private static final int RECENT = 10;

    private final Controller controller;
    private final PairRecord record;
    private final PreflightCheck preflight;
    private final Policy policy;
    private final Answers answers;
    private final Telemetry telemetry;
    private final Time time;

    OperatorQueries(FunctionSettings settings, Controller controller, PreflightCheck preflight, Collaborators pair) {
        this.controller = controller;
        this.preflight = preflight;
        this.record = pair.record();
        this.policy = new Policy(settings.failover());
        this.answers = new Answers(settings.interfaceId(), settings.service());
        this.telemetry = pair.telemetry();
        this.time = pair.time();
    }

    /**
     * Records a heartbeat. Failure to record it is not an error that Lambda should retry: the next one comes in a minute.
     *
     * @param role of the server that sent it
     */
    HeartbeatAnswer note(Heartbeat heartbeat, Role role) {
        var now = time.now();
        try {
            var last = record.read().heartbeats().get(heartbeat.observer());
            if (last != null && isLate(heartbeat, last, now)) {
                LOG.info("a heartbeat of {} is late", heartbeat.observer());
                return new HeartbeatAnswer(false);
            }
            var skew = Duration.between(now, heartbeat.sent());
            record.heartbeat(
                    heartbeat.observer(),
                    new LastHeartbeat(now, heartbeat.version(), skew, heartbeat.driver(), heartbeat.failedUnits()));
            if (!heartbeat.failedUnits().isEmpty()
                    && (last == null || !last.failedUnits().equals(heartbeat.failedUnits()))) {
                telemetry.unitsFailed(role, heartbeat.observer(), heartbeat.failedUnits());
            }
            return new HeartbeatAnswer(true);
        } catch (RecordUnavailable e) {
            LOG.warn("the heartbeat of {} could not be recorded: {}", heartbeat.observer(), e.getMessage());
            return new HeartbeatAnswer(false);
        }
    }

    /**
     * Whether it is a late repetition. If the last one is so old that Lambda would have dropped a late one by now, then the
     * clock of its server was changed.
     */
    private static boolean isLate(Heartbeat heartbeat, LastHeartbeat last, Instant now) {
        return !heartbeat.isFresh(now, last.skew()) && now.isBefore(last.at().plus(FunctionContract.LONGEST_WAIT));
    }

    /**
     * Answers an order.
     *
     * @throws RecordUnavailable if the order needs the record, and that cannot be reached
     */
    Answer answer(Order order) {
        if (order instanceof HoldOrder wanted) {
            var hold = new Hold(time.now().plus(wanted.duration()), wanted.reason(), wanted.by());
            record.hold(hold);
            LOG.info("on hold until {}: {} ({})", hold.until(), hold.reason(), hold.by());
            return new HoldAnswer(hold);
        }
        if (order instanceof ReleaseOrder release) {
            record.endHold();
            LOG.info("hold released by {}", release.by());
            return new HoldAnswer(null);
        }
        if (order instanceof StatusOrder) {
            return status(controller.observe(Series.QUICK));
        }
        if (order instanceof HistoryOrder history) {
            return Answers.history(record.history(history.most()), record.read().heartbeats());
        }
        if (order instanceof PreflightOrder) {
            var checks = preflight.of(controller.observe(Series.QUICK));
            return new PreflightAnswer(Readiness.ready(checks), checks);
        }
        if (order instanceof SwitchoverOrder switchover && switchover.dryRun()) {
            return Answers.dryRun(controller.dryRun(switchover));
        }
        throw new IllegalArgumentException("order must be one that moves nothing, got " + order);
    }

    /** Without the record there is still all that EC2 and the witness show. */
    private PairStatus status(Observation observation) {
        var damped = policy.damping(observation).map(Decision.Keep::reason).orElse(null);
        if (observation.recordError() != null) {
            return answers.status(observation, damped, List.of(), observation.recordError());
        }
        try {
            return answers.status(
                    observation,
                    damped,
                    record.history(RECENT),
                    observation.recorded().damage().orElse(null));
        } catch (RecordUnavailable e) {
            return answers.status(observation, damped, List.of(), e.getMessage());
        }
    }
}
