package io.enifailover.cdk.observability;

import io.enifailover.protocol.MetricNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.CreateAlarmOptions;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.constructs.Construct;

/**
 * Defines the alarms of a pair: what a person has to know, what it means, and what to do.
 *
 * <p>An alarm is for a state that a person has to end, or for a missed deadline. A move is neither: {@link PairNotices}
 * reports it.
 */
public final class PairAlarms extends Construct {
    private final SnsAction notice;
    private final List<Alarm> all;

    public PairAlarms(Construct scope, String id, PairAlarmsProps props) {
        super(scope, id);
        var metrics = props.metrics();
        notice = new SnsAction(props.topic());
        all = new ArrayList<>(props.detection());
        all.forEach(this::notifyOfBeginningAndEnd);

        state(
                "NotReady",
                metrics.maximum(MetricNames.CANDIDATE_READY),
                below(1).evaluationPeriods(5).treatMissingData(TreatMissingData.IGNORE),
                "For five minutes the other server could not have taken over. Clients are served as long as the holder is."
                        + " See what is missing: failover preflight");
        state(
                "BothDown",
                metrics.maximum(MetricNames.BOTH_DOWN),
                atLeast(1).treatMissingData(TreatMissingData.IGNORE),
                "The holder fails and no server can take over: clients are not served. See what each server lacks:"
                        + " failover status. Then make one of them serve; the controller does the rest");
        state(
                "Tainted",
                metrics.maximum(MetricNames.TAINTED),
                atLeast(1).evaluationPeriods(10).treatMissingData(TreatMissingData.IGNORE),
                "A server whose interface was detached by force is not back after ten minutes, though the controller stops"
                        + " and starts it. See which one: failover status. Stop and start it yourself");
        state(
                "Silent",
                metrics.samples(MetricNames.HOLDER),
                below(1).evaluationPeriods(5).treatMissingData(TreatMissingData.BREACHING),
                "The controller, which checks the pair every minute, has not done so for five minutes: a failure would go unnoticed."
                        + " Ask it: failover status. Then see why: failover logs");
        state(
                "Failing",
                props.controller()
                        .metricErrors(MetricOptions.builder()
                                .statistic("Sum")
                                .period(Duration.minutes(1))
                                .build()),
                atLeast(1).evaluationPeriods(5).datapointsToAlarm(3).treatMissingData(TreatMissingData.NOT_BREACHING),
                "The controller failed in three of five minutes: a failover may not work. See why: failover logs");
        event(
                "OverTime",
                metrics.sum(MetricNames.OVER_TIME),
                "A move failed, or took longer than it may. See which step: failover history. See whether the service is"
                        + " up: failover status");
        event(
                "Flapping",
                metrics.sum(MetricNames.FLAPPING_HELD),
                "The holder fails, but the interface has moved too often or just now: the controller leaves the next move"
                        + " to you. Find out why both fail: failover history. Then move it if it helps: failover switch");
    }

    /** Returns every alarm of the pair, including those that call the controller. */
    public List<Alarm> all() {
        return List.copyOf(all);
    }

    private void state(String id, Metric metric, CreateAlarmOptions.Builder when, String text) {
        notifyOfBeginningAndEnd(alarm(id, metric, when, text));
    }

    /** Notifies only when the alarm begins: its end would only say that the event has not happened again. */
    private void event(String id, Metric metric, String text) {
        alarm(id, metric, atLeast(1).treatMissingData(TreatMissingData.NOT_BREACHING), text)
                .addAlarmAction(notice);
    }

    private Alarm alarm(String id, Metric metric, CreateAlarmOptions.Builder when, String text) {
        var alarm = metric.createAlarm(
                this,
                id,
                when.alarmDescription(text + ". More: docs/operations.md#" + section(id))
                        .build());
        all.add(alarm);
        return alarm;
    }

    /** Returns the section of docs/operations.md about an alarm: {@code not-ready} for {@code NotReady}. */
    private static String section(String id) {
        return id.replaceAll("(?<=.)(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    private void notifyOfBeginningAndEnd(Alarm alarm) {
        alarm.addAlarmAction(notice);
        alarm.addOkAction(notice);
    }

    private static CreateAlarmOptions.Builder atLeast(int value) {
        return CreateAlarmOptions.builder()
                .comparisonOperator(ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD)
                .threshold(value)
                .evaluationPeriods(1);
    }

    private static CreateAlarmOptions.Builder below(int value) {
        return CreateAlarmOptions.builder()
                .comparisonOperator(ComparisonOperator.LESS_THAN_THRESHOLD)
                .threshold(value)
                .evaluationPeriods(1);
    }
}
