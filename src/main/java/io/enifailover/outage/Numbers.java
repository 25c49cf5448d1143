package io.enifailover.outage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.Locale;
import java.util.function.Function;

/** The report for programs; times are in whole milliseconds. */
final class Numbers {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Numbers() {}

    static ObjectNode of(Report report) {
        var node = JSON.objectNode().put("title", report.title()).put("passed", report.passed());
        report.roles().forEach(node.putObject("roles")::put);
        report.facts().forEach(node.putObject("facts")::put);
        node.set("scenarios", array(report.scenarios(), Numbers::scenario));
        node.set("comparisons", array(report.comparisons(), Numbers::comparison));
        return node;
    }

    private static ObjectNode scenario(Scenario scenario) {
        var node = JSON.objectNode()
                .put("name", scenario.name())
                .put("promise", scenario.promise())
                .put("passed", scenario.passed());
        if (scenario.floor() != null) {
            node.put("floorMilliseconds", Words.millis(scenario.floor()));
        }
        node.set("outageMilliseconds", figures(scenario.figures()));
        node.put("mostFailedRequests", scenario.failed());
        node.set(
                "goals",
                array(
                        scenario.goals(),
                        goal -> JSON.objectNode()
                                .put("of", goal.of().name().toLowerCase(Locale.ROOT))
                                .put("atMostMilliseconds", Words.millis(goal.atMost()))
                                .put("reached", goal.reachedBy(scenario.figures()))));
        node.set("runs", array(scenario.runs(), Numbers::run));
        return node;
    }

    private static ObjectNode run(Run run) {
        var recording = run.recording();
        var node = JSON.objectNode()
                .put("began", recording.began().toString())
                .put("milliseconds", Words.millis(recording.length()))
                .put("requests", recording.answers().size())
                .put("failedRequests", recording.failed())
                .put("lateAnswers", recording.late())
                .put("probesPerSecond", Math.round(recording.rate() * 10) / 10.0)
                .put("longestGapMilliseconds", Words.millis(recording.longestGap()));
        node.set("failures", array(run.failures(), JSON::textNode));
        node.set(
                "outages",
                array(
                        recording.outages(),
                        outage -> JSON.objectNode()
                                .put("from", outage.from())
                                .put("to", outage.to())
                                .put(
                                        "start",
                                        recording.wallClock(outage.start()).toString())
                                .put("milliseconds", Words.millis(outage.length()))
                                .put("resolutionMilliseconds", Words.millis(outage.resolution()))
                                .put("failedRequests", outage.failed())
                                .put("ended", !outage.open())));
        node.set(
                "served",
                array(
                        recording.spans(),
                        span -> JSON.objectNode()
                                .put("by", span.server())
                                .put("start", recording.wallClock(span.start()).toString())
                                .put("end", recording.wallClock(span.end()).toString())
                                .put("answers", span.answers())));
        node.set(
                "phases",
                array(
                        run.phases(),
                        phase -> JSON.objectNode()
                                .put("name", phase.name())
                                .put("start", phase.start().toString())
                                .put("milliseconds", Words.millis(phase.length()))));
        node.set(
                "events",
                array(
                        run.events(),
                        event -> JSON.objectNode()
                                .put("at", event.at().toString())
                                .put("words", event.words())));
        return node;
    }

    private static ObjectNode comparison(Comparison comparison) {
        var node = JSON.objectNode().put("name", comparison.name()).put("words", comparison.words());
        node.set("designs", array(comparison.designs(), design -> {
            var it = JSON.objectNode().put("name", design.name()).put("words", design.words());
            it.set("outageMilliseconds", figures(design.figures()));
            it.set("each", array(design.outages(), outage -> JSON.numberNode(Words.millis(outage))));
            return it;
        }));
        return node;
    }

    private static ObjectNode figures(Figures figures) {
        return JSON.objectNode()
                .put("min", Words.millis(figures.min()))
                .put("median", Words.millis(figures.median()))
                .put("max", Words.millis(figures.max()))
                .put("ended", !figures.open());
    }

    private static <T> ArrayNode array(Collection<T> all, Function<T, JsonNode> each) {
        var array = JSON.arrayNode();
        all.forEach(one -> array.add(each.apply(one)));
        return array;
    }
}
