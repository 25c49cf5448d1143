package io.enifailover.cdk.observability;

import static io.enifailover.app.Synthesis.json;
import static io.enifailover.app.Synthesis.resource;
import static io.enifailover.app.Synthesis.resources;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.enifailover.app.Synthesis;
import io.enifailover.function.Lines;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On the body as CloudFormation renders it, with names in the place of references. */
class PairDashboardTest {
    /** Each with the dimensions beside the interface. */
    private static final Set<String> WRITTEN = new Lines().metrics();

    private static JsonNode template;
    private static List<JsonNode> widgets;

    @BeforeAll
    static void synthesize() {
        template = Synthesis.template(Map.of());
        var body = resource(template, "AWS::CloudWatch::Dashboard", "Overview").at("/Properties/DashboardBody");
        widgets = json(rendered(body)).path("widgets").valueStream().toList();
    }

    @Test
    void showsOnlyMetricsThatTheControllerWritesForThisInterface() {
        assertThat(metrics()).isNotEmpty().allSatisfy(metric -> {
            assertThat(metric.subList(0, 1)).containsExactly("EniFailover");
            assertThat(metric.subList(2, 4)).containsExactly("Interface", "PairFloatingInterface7D70B22F.Id");
            assertThat(WRITTEN).contains(name(metric));
        });
    }

    @Test
    void showsEveryMetricThatTheControllerWrites() {
        var shown = metrics().stream().map(PairDashboardTest::name).collect(Collectors.toSet());

        // These two are shown by kind and by reason.
        shown.addAll(List.of("Moves", "Refused"));
        assertThat(shown).isEqualTo(WRITTEN);
    }

    /** The price of a dashboard is for more than three, or for more than so many metrics. */
    @Test
    void showsAsManyMetricsAsAreFree() {
        assertThat(metrics()).hasSizeLessThan(50);
    }

    @Test
    void fillsTheGridWithoutAHole() {
        var cells = new HashSet<List<Integer>>();
        for (var widget : widgets) {
            for (int x = 0; x < widget.path("width").asInt(); x++) {
                for (int y = 0; y < widget.path("height").asInt(); y++) {
                    var cell = List.of(
                            widget.path("x").asInt() + x, widget.path("y").asInt() + y);
                    assertThat(cell.get(0)).isLessThan(24);
                    assertThat(cells.add(cell))
                            .as("%s is free for %s", cell, widget)
                            .isTrue();
                }
            }
        }
        var rows = cells.stream().mapToInt(cell -> cell.get(1)).max().orElseThrow() + 1;
        assertThat(cells).hasSize(24 * rows);
    }

    @Test
    void showsEveryAlarmOfTheStack() {
        var alarms = widgets.stream()
                .flatMap(widget -> widget.at("/properties/alarms").valueStream())
                .map(JsonNode::asText);

        assertThat(alarms)
                .containsExactlyInAnyOrderElementsOf(resources(template, "AWS::CloudWatch::Alarm").keySet().stream()
                        .map(id -> id + ".Arn")
                        .toList());
    }

    @Test
    void tellsTheRecentHistoryFromTheLog() {
        assertThat(widgets)
                .filteredOn(widget -> widget.path("type").asText().equals("log"))
                .singleElement()
                .satisfies(widget ->
                        assertThat(widget.at("/properties/query").asText()).isEqualTo("""
                                SOURCE 'PairControllerLogs11F84410' | fields @timestamp, event, reason, trigger
                                | filter event in ["moved", "failed", "refused", "alert"]
                                | sort @timestamp desc
                                | limit 20"""));
    }

    /** CloudWatch demands no name, so that there can be a second stack. */
    @Test
    void hasNoNameOfItsOwn() {
        assertThat(resource(template, "AWS::CloudWatch::Dashboard", "Overview")
                        .path("Properties")
                        .has("DashboardName"))
                .isFalse();
        assertThat(rendered(template.at("/Outputs/Dashboard/Value")))
                .isEqualTo(
                        "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#dashboards/dashboard/"
                                + resources(template, "AWS::CloudWatch::Dashboard")
                                        .keySet()
                                        .iterator()
                                        .next());
    }

    private static String name(List<String> metric) {
        return Stream.concat(Stream.of(metric.get(1)), metric.subList(4, metric.size()).stream())
                .collect(Collectors.joining(" "));
    }

    private static List<List<String>> metrics() {
        var metrics = new ArrayList<List<String>>();
        for (var widget : widgets) {
            widget.at("/properties/metrics")
                    .forEach(metric -> metrics.add(metric.valueStream()
                            .filter(JsonNode::isTextual)
                            .map(JsonNode::asText)
                            .toList()));
        }
        return metrics;
    }

    private static String rendered(JsonNode value) {
        if (value.has("Fn::Join")) {
            return value.at("/Fn::Join/1")
                    .valueStream()
                    .map(PairDashboardTest::rendered)
                    .collect(Collectors.joining());
        }
        if (value.has("Fn::GetAtt")) {
            return value.at("/Fn::GetAtt/0").asText() + "."
                    + value.at("/Fn::GetAtt/1").asText();
        }
        return value.has("Ref") ? value.path("Ref").asText() : value.asText();
    }
}
