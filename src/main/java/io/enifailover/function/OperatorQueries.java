package io.enifailover.function;

import io.enifailover.function.Event.Heartbeat;
import io.enifailover.function.HealthProber.Series;
import io.enifailover.function.PairRecord.Pulse;
import io.enifailover.protocol.Answer;
import io.enifailover.protocol.Answer.HeartbeatAnswer;
import io.enifailover.protocol.Answer.HoldAnswer;
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

/** Answers the orders that move nothing. */
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
     * Notes that a watch is there, if it can: Lambda need not repeat it, since the next one comes in a minute.
     *
     * @param role of the server that sent it
     */
    HeartbeatAnswer note(Heartbeat heartbeat, Role role) {
        var now = time.now();
        try {
            var last = record.read().pulses().get(heartbeat.observer());
            if (last != null && isLate(heartbeat, last, now)) {
                LOG.info("a heartbeat of {} is late", heartbeat.observer());
                return new HeartbeatAnswer(false);
            }
            var skew = Duration.between(now, heartbeat.sent());
            record.heard(
                    heartbeat.observer(),
                    new Pulse(now, heartbeat.version(), skew, heartbeat.driver(), heartbeat.failedUnits()));
            if (!heartbeat.failedUnits().isEmpty()
                    && (last == null || !last.failedUnits().equals(heartbeat.failedUnits()))) {
                telemetry.unitsFailed(role, heartbeat.observer(), heartbeat.failedUnits());
            }
            return new HeartbeatAnswer(true);
        } catch (RecordUnavailable e) {
            LOG.warn("the heartbeat of {} is not written down: {}", heartbeat.observer(), e.getMessage());
            return new HeartbeatAnswer(false);
        }
    }

    /**
     * Whether it says nothing about now. If Lambda would have given up a late one by now, then the clock of its server was set.
     */
    private static boolean isLate(Heartbeat heartbeat, Pulse last, Instant now) {
        return !heartbeat.isFresh(now, last.skew()) && now.isBefore(last.at().plus(FunctionContract.LONGEST_WAIT));
    }

    /**
     * Answers.
     *
     * @throws RecordUnavailable if the order is about the record, and that cannot be reached
     */
    Answer answer(Order order) {
        if (order instanceof HoldOrder wanted) {
            var hold = new Hold(time.now().plus(wanted.duration()), wanted.reason(), wanted.by());
            record.hold(hold);
            LOG.info("on hold until {}: {} ({})", hold.until(), hold.reason(), hold.by());
            return new HoldAnswer(hold);
        }
        if (order instanceof ReleaseOrder release) {
            record.release();
            LOG.info("hold released by {}", release.by());
            return new HoldAnswer(null);
        }
        if (order instanceof StatusOrder) {
            return status(controller.observe(Series.GLANCE));
        }
        if (order instanceof HistoryOrder history) {
            return Answers.history(record.history(history.most()), record.read().pulses());
        }
        if (order instanceof PreflightOrder) {
            return Answers.preflight(preflight.of(controller.observe(Series.GLANCE)));
        }
        if (order instanceof SwitchoverOrder switchover && switchover.dryRun()) {
            return Answers.would(controller.dryRun(switchover));
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
                    observation.memory().damage().orElse(null));
        } catch (RecordUnavailable e) {
            return answers.status(observation, damped, List.of(), e.getMessage());
        }
    }
}
