package io.enifailover.cdk.observability;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.logs.ILogGroup;

/**
 * What a dashboard shows.
 *
 * @param metrics what the controller writes about the pair
 * @param alarms  alarms of the pair
 * @param logs    log of the controller
 */
@RecordBuilder
public record PairDashboardProps(PairMetrics metrics, List<Alarm> alarms, ILogGroup logs) {

    public static PairDashboardPropsBuilder builder() {
        return PairDashboardPropsBuilder.builder();
    }
}
