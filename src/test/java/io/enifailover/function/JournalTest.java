package io.enifailover.function;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.enifailover.simulation.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class JournalTest {
    private final List<String> lines = new ArrayList<>();
    private final Journal journal = new Journal("eni-1", lines::add, new VirtualTime());

    /** The form: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
    @Test
    void writesMetricsIntoTheLineThatTellsOfThem() throws Exception {
        journal.write(
                Level.INFO,
                "moved",
                Map.of("Kind", "failover"),
                List.of(Metric.one("Moves", "Kind"), Metric.of("DetachTime", Duration.ofMillis(2100))));

        assertThat(lines).singleElement().asString().doesNotContain("\n");
        assertThat(new ObjectMapper().readTree(lines.get(0)))
                .isEqualTo(new ObjectMapper().readTree("""
                {
                  "level": "INFO", "event": "moved", "Interface": "eni-1", "Kind": "failover",
                  "Moves": 1.0, "DetachTime": 2100.0,
                  "_aws": {
                    "Timestamp": %d,
                    "CloudWatchMetrics": [
                      {"Namespace": "EniFailover", "Dimensions": [["Interface"], ["Interface", "Kind"]],
                       "Metrics": [{"Name": "Moves", "Unit": "Count"}]},
                      {"Namespace": "EniFailover", "Dimensions": [["Interface"]],
                       "Metrics": [{"Name": "DetachTime", "Unit": "Milliseconds"}]}
                    ]
                  }
                }""".formatted(VirtualTime.START.toEpochMilli())));
    }

    @Test
    void writesNoMetricsWhereThereAreNone() {
        journal.write(Level.WARN, "alert", Map.of("reason", "its own path is bad"), List.of());

        assertThat(lines)
                .containsExactly(
                        "{\"level\":\"WARN\",\"event\":\"alert\",\"Interface\":\"eni-1\",\"reason\":\"its own path is bad\"}");
    }
}
