package io.enifailover.cdk.observability;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.lambda.IFunction;
import software.amazon.awscdk.services.sns.ITopic;

/**
 * What alarms need.
 *
 * @param metrics    what the controller writes about the pair
 * @param controller function, through any of its aliases
 * @param detection  alarms that call the controller, and of which people are notified too
 * @param topic      topic that notifies people
 */
@RecordBuilder
public record PairAlarmsProps(PairMetrics metrics, IFunction controller, List<Alarm> detection, ITopic topic) {

    public static PairAlarmsPropsBuilder builder() {
        return PairAlarmsPropsBuilder.builder();
    }
}
