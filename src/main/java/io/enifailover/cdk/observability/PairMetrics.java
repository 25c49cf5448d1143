package io.enifailover.cdk.observability;

import io.enifailover.protocol.MetricNames;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Metric;

/** The metrics that the controller writes about a pair, by the id of the pair's interface. */
public final class PairMetrics {
    private final String interfaceId;

    public PairMetrics(String interfaceId) {
        this.interfaceId = interfaceId;
    }

    /** Returns the largest value of each minute. */
    Metric maximum(String name) {
        return metric(name, "Maximum").build();
    }

    /** Returns the smallest value of each minute. */
    Metric minimum(String name) {
        return metric(name, "Minimum").build();
    }

    /** Returns how often something happened in each minute. */
    Metric sum(String name) {
        return metric(name, "Sum").build();
    }

    /** Returns how often something of that kind happened in each minute. */
    Metric sum(String name, String dimension, String kind) {
        var dimensions = new TreeMap<String, String>();
        dimensions.put(MetricNames.INTERFACE, interfaceId);
        dimensions.put(dimension, kind);
        return metric(name, "Sum").dimensionsMap(dimensions).label(kind).build();
    }

    /** Returns the number of values in each minute. */
    Metric samples(String name) {
        return metric(name, "SampleCount").build();
    }

    private Metric.Builder metric(String name, String statistic) {
        return Metric.Builder.create()
                .namespace(MetricNames.NAMESPACE)
                .metricName(name)
                .dimensionsMap(Map.of(MetricNames.INTERFACE, interfaceId))
                .statistic(statistic)
                .period(Duration.minutes(1));
    }
}
