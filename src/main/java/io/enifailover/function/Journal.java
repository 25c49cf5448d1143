package io.enifailover.function;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.enifailover.protocol.MetricNames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * The function's machine-readable log: a line of JSON with metrics for everything that was changed, refused or measured.
 *
 * <p>CloudWatch extracts the metrics from the line.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
final class Journal {
    private final String interfaceId;
    private final Consumer<String> output;
    private final Time time;

    /** @param output receives each line, such as {@code System.out::println} */
    Journal(String interfaceId, Consumer<String> output, Time time) {
        this.interfaceId = interfaceId;
        this.output = output;
        this.time = time;
    }

    /**
     * Writes a line.
     *
     * @param event   name of the event
     * @param fields  details, including the second dimensions of the metrics
     * @param metrics what CloudWatch counts
     */
    void write(Level level, String event, Map<String, ?> fields, List<Metric> metrics) {
        var line = new LinkedHashMap<String, @Nullable Object>();
        line.put("level", level.name());
        line.put("event", event);
        line.put(MetricNames.INTERFACE, interfaceId);
        line.putAll(fields);
        metrics.forEach(metric -> line.put(metric.name(), metric.value()));
        if (!metrics.isEmpty()) {
            line.put(
                    "_aws",
                    Map.of(
                            "Timestamp", time.now().toEpochMilli(),
                            "CloudWatchMetrics",
                                    metrics.stream().map(Journal::directive).toList()));
        }
        try {
            output.accept(FunctionJson.MAPPER.writeValueAsString(line));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no JSON: " + line, e);
        }
    }

    private static Map<String, ?> directive(Metric metric) {
        var dimensions = metric.split() == null
                ? List.of(List.of(MetricNames.INTERFACE))
                : List.of(List.of(MetricNames.INTERFACE), List.of(MetricNames.INTERFACE, metric.split()));
        return Map.of(
                "Namespace",
                MetricNames.NAMESPACE,
                "Dimensions",
                dimensions,
                "Metrics",
                List.of(Map.of("Name", metric.name(), "Unit", metric.unit())));
    }
}
