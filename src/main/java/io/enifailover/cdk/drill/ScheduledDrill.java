package io.enifailover.cdk.drill;

import io.enifailover.protocol.Order;
import io.enifailover.protocol.Order.DrillOrder;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.TimeZone;
import software.amazon.awscdk.services.lambda.IFunction;
import software.amazon.awscdk.services.scheduler.CronOptionsWithTimezone;
import software.amazon.awscdk.services.scheduler.Schedule;
import software.amazon.awscdk.services.scheduler.ScheduleExpression;
import software.amazon.awscdk.services.scheduler.ScheduleTargetInput;
import software.amazon.awscdk.services.scheduler.TimeWindow;
import software.amazon.awscdk.services.scheduler.targets.LambdaInvoke;
import software.constructs.Construct;

/**
 * Defines a weekly drill: if a failover would work, the controller moves the interface to the other server and leaves
 * it there until the next drill. This tests both servers in turn, at the cost of one outage a week.
 */
public final class ScheduledDrill extends Construct {

    /**
     * @param controller alias through which the function may be called
     * @param window     when the drill runs
     */
    public ScheduledDrill(Construct scope, String id, IFunction controller, DrillWindow window) {
        super(scope, id);
        Schedule.Builder.create(this, "Schedule")
                .description("Rehearses a failover of " + scope.getNode().getPath())
                .schedule(ScheduleExpression.cron(CronOptionsWithTimezone.builder()
                        .weekDay(window.dayName())
                        .hour(String.valueOf(window.from().getHour()))
                        .minute(String.valueOf(window.from().getMinute()))
                        .timeZone(TimeZone.ETC_UTC)
                        .build()))
                .timeWindow(TimeWindow.flexible(Duration.minutes(window.length().toMinutes())))
                .target(LambdaInvoke.Builder.create(controller)
                        .input(ScheduleTargetInput.fromObject(Map.of("order", Order.name(DrillOrder.class))))
                        // A retry could run outside the window.
                        .retryAttempts(0)
                        .build())
                .build();
    }
}
