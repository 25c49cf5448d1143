package io.enifailover.cdk.triggers;

import io.enifailover.cdk.function.ControllerFunction;
import io.enifailover.cdk.review.Findings;
import io.enifailover.cdk.server.ServerInstance;
import io.enifailover.protocol.FunctionAlias;
import io.enifailover.protocol.FunctionContract;
import io.enifailover.protocol.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.cloudwatch.actions.LambdaAction;
import software.amazon.awscdk.services.cloudwatch.actions.LambdaActionProps;
import software.amazon.awscdk.services.events.EventPattern;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.events.Schedule;
import software.amazon.awscdk.services.events.targets.LambdaFunction;
import software.amazon.awscdk.services.iam.Policy;
import software.amazon.awscdk.services.lambda.EventInvokeConfigOptions;
import software.amazon.awscdk.services.lambda.IAlias;
import software.amazon.awscdk.services.lambda.destinations.SqsDestination;
import software.amazon.awscdk.services.sqs.IQueue;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.sqs.QueueEncryption;
import software.constructs.Construct;

/**
 * Defines what calls the controller: EC2 when a server changes its state or fails a status check, a schedule every
 * minute, and the servers themselves. Calls that fail end up in a queue.
 */
public final class Triggers extends Construct {
    private static final Duration A_MINUTE = Duration.minutes(1);
    private static final int RETRIES = 2;
    /** Older calls are dropped: the schedule makes a new one every minute. */
    private static final Duration MAX_EVENT_AGE = Duration.seconds(FunctionContract.LONGEST_WAIT.toSeconds());

    /** The aliases that are called asynchronously. An operator's call is synchronous, and shows errors itself. */
    private static final List<FunctionAlias> ASYNCHRONOUS = List.of(
            FunctionAlias.LIVE, FunctionAlias.DEPLOY, FunctionAlias.REPORT_PRIMARY, FunctionAlias.REPORT_STANDBY);

    private final Queue unanswered;
    private final List<Alarm> alarms = new ArrayList<>();

    public Triggers(Construct scope, String id, TriggersProps props) {
        super(scope, id);
        var controller = props.controller().alias(FunctionAlias.LIVE);
        var servers = List.of(props.primary().instanceId(), props.standby().instanceId());

        unanswered = Queue.Builder.create(this, "Unanswered")
                .encryption(QueueEncryption.SQS_MANAGED)
                .enforceSsl(true)
                .retentionPeriod(Duration.days(14))
                .build();
        Findings.accept(
                unanswered, "AwsSolutions-SQS3", "It is the queue of the events that the function could not answer");
        alarm(
                "SomeUnanswered",
                "The controller could not be called, or failed at a call three times. See why: failover logs. Then purge the"
                        + " queue. More: docs/operations.md#some-unanswered",
                unanswered.metricApproximateNumberOfMessagesVisible(MetricOptions.builder()
                        .statistic("Maximum")
                        .period(A_MINUTE)
                        .build()));
        for (var alias : ASYNCHRONOUS) {
            props.controller()
                    .alias(alias)
                    .configureAsyncInvoke(EventInvokeConfigOptions.builder()
                            .retryAttempts(RETRIES)
                            .maxEventAge(MAX_EVENT_AGE)
                            .onFailure(new SqsDestination(unanswered))
                            .build());
        }

        var stateChange = Rule.Builder.create(this, "StateChange")
                .description("Tells the controller that a server starts, stops or is terminated")
                .eventPattern(EventPattern.builder()
                        .source(List.of("aws.ec2"))
                        .detailType(List.of("EC2 Instance State-change Notification"))
                        .detail(Map.of("instance-id", servers))
                        .build())
                .targets(List.of(call(controller)))
                .build();
        var eachMinute = Rule.Builder.create(this, "EachMinute")
                .description("Makes the controller check the pair every minute")
                .schedule(Schedule.rate(A_MINUTE))
                .targets(List.of(call(controller)))
                .build();
        var primaryStatus = statusAlarm("PrimaryStatus", props.primary().instanceId(), controller);
        var standbyStatus = statusAlarm("StandbyStatus", props.standby().instanceId(), controller);

        var primaryReports = reports("PrimaryReports", props.controller(), props.primary(), Role.PRIMARY);
        var standbyReports = reports("StandbyReports", props.controller(), props.standby(), Role.STANDBY);

        // Created after the swap and deleted before it: before or after it, any of them could attach the interface.
        for (var trigger :
                List.of(stateChange, eachMinute, primaryStatus, standbyStatus, primaryReports, standbyReports)) {
            trigger.getNode().addDependency(props.swap());
        }
    }

    /** Returns the queue of the calls that failed. */
    public IQueue unanswered() {
        return unanswered;
    }

    /** Returns its alarms, so that people can be notified too. */
    public List<Alarm> alarms() {
        return List.copyOf(alarms);
    }

    private LambdaFunction call(IAlias controller) {
        return LambdaFunction.Builder.create(controller)
                .retryAttempts(RETRIES)
                .maxEventAge(MAX_EVENT_AGE)
                .deadLetterQueue(unanswered)
                .build();
    }

    /**
     * Grants reports in a policy of its own: the default policy of the server's role exists before the server, and so
     * before the swap.
     */
    private Policy reports(String id, ControllerFunction controller, ServerInstance server, Role role) {
        var reports =
                Policy.Builder.create(this, id).roles(List.of(server.role())).build();
        controller.grantReport(reports, role);
        return reports;
    }

    private Alarm statusAlarm(String id, String instanceId, IAlias controller) {
        var alarm = alarm(
                id,
                "EC2's status checks of a server fail. The controller has been told, and moves the interface if it must. See who"
                        + " holds it: failover status. More: docs/operations.md#server-status",
                Metric.Builder.create()
                        .namespace("AWS/EC2")
                        .metricName("StatusCheckFailed")
                        .dimensionsMap(Map.of("InstanceId", instanceId))
                        .statistic("Maximum")
                        .period(A_MINUTE)
                        .build());
        // By default, without a flag in the application's cdk.json, two alarms would share one permission.
        alarm.addAlarmAction(new LambdaAction(
                controller,
                LambdaActionProps.builder().useUniquePermissionId(true).build()));
        return alarm;
    }

    /** One bad minute is enough: an alarm only makes the controller check the pair. */
    private Alarm alarm(String id, String description, IMetric metric) {
        var alarm = Alarm.Builder.create(this, id)
                .alarmDescription(description)
                .metric(metric)
                .comparisonOperator(ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD)
                .threshold(1)
                .evaluationPeriods(1)
                .treatMissingData(TreatMissingData.NOT_BREACHING)
                .build();
        alarms.add(alarm);
        return alarm;
    }
}
