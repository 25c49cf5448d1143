package io.enifailover.outage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON form of a report; points in time are ISO 8601, lengths are in whole milliseconds. */
record ReportJson(
        String title,
        boolean passed,
        Map<String, String> roles,
        Map<String, String> facts,
        List<ScenarioJson> scenarios) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    static String print(Object report) throws JsonProcessingException {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n";
    }

    record ScenarioJson(
            String name,
            String promise,
            boolean passed,
            FiguresJson outageMilliseconds,
            int mostFailedRequests,
            List<RunJson> runs) {
        static ScenarioJson of(Scenario scenario) {
            return new ScenarioJson(
                    scenario.name(),
                    scenario.promise(),
                    scenario.passed(),
                    FiguresJson.of(scenario.figures()),
                    scenario.failed(),
                    scenario.runs().stream().map(RunJson::of).toList());
        }
    }

    record FiguresJson(long min, long median, long max, boolean ended) {
        static FiguresJson of(OutageStatistics figures) {
            return new FiguresJson(
                    Labels.millis(figures.min()),
                    Labels.millis(figures.median()),
                    Labels.millis(figures.max()),
                    !figures.open());
        }
    }

    record RunJson(
            String began,
            long milliseconds,
            int requests,
            int failedRequests,
            int lateAnswers,
            double probesPerSecond,
            long longestGapMilliseconds,
            List<String> failures,
            List<OutageJson> outages,
            List<SpanJson> served,
            List<PhaseJson> phases,
            List<EventJson> events) {
        static RunJson of(Run run) {
            var recording = run.recording();
            return new RunJson(
                    recording.began().toString(),
                    Labels.millis(recording.length()),
                    recording.answers().size(),
                    recording.failed(),
                    recording.late(),
                    Math.round(recording.rate() * 10) / 10.0,
                    Labels.millis(recording.longestGap()),
                    run.failures(),
                    recording.outages().stream()
                            .map(outage -> OutageJson.of(outage, recording.wallClock(outage.start())))
                            .toList(),
                    recording.spans().stream()
                            .map(span -> new SpanJson(
                                    span.server(),
                                    recording.wallClock(span.start()).toString(),
                                    recording.wallClock(span.end()).toString(),
                                    span.answers()))
                            .toList(),
                    run.phases().stream()
                            .map(phase -> new PhaseJson(
                                    phase.name(), phase.start().toString(), Labels.millis(phase.length())))
                            .toList(),
                    run.events().stream()
                            .map(event -> new EventJson(event.at().toString(), event.label()))
                            .toList());
        }
    }

    record OutageJson(
            @Nullable String from,
            @Nullable String to,
            String start,
            long milliseconds,
            long resolutionMilliseconds,
            int failedRequests,
            boolean ended) {
        static OutageJson of(Outage outage, Instant start) {
            return new OutageJson(
                    outage.from(),
                    outage.to(),
                    start.toString(),
                    Labels.millis(outage.length()),
                    Labels.millis(outage.resolution()),
                    outage.failed(),
                    !outage.open());
        }
    }

    record SpanJson(@Nullable String by, String start, String end, int answers) {}

    record PhaseJson(String name, String start, long milliseconds) {}

    record EventJson(String at, String label) {}
}
