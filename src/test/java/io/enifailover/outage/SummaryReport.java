package io.enifailover.outage;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.enifailover.outage.ReportJson.FiguresJson;
import io.enifailover.outage.ReportJson.ScenarioJson;
import io.enifailover.outage.ScenarioSection.Length;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The lab's report: several scenarios, for people (an HTML page, a table) and for programs (JSON).
 *
 * @param lead        one or two sentences below the title
 * @param roles       {@code primary} or {@code standby} for each server that may answer
 * @param facts       what it was measured on, such as versions and injected latencies, in the order to show
 * @param comparisons with other designs; may be empty
 */
public record SummaryReport(
        String title,
        String lead,
        Map<String, String> roles,
        Map<String, String> facts,
        List<RatedScenario> scenarios,
        List<Comparison> comparisons) {
    public SummaryReport {
        roles = Collections.unmodifiableMap(new LinkedHashMap<>(roles));
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
        scenarios = List.copyOf(scenarios);
        comparisons = List.copyOf(comparisons);
    }

    boolean passed() {
        return passedScenarios() == scenarios.size();
    }

    private int passedScenarios() {
        return (int) scenarios.stream().filter(it -> it.scenario().passed()).count();
    }

    /** Writes the page, and beside it a file with the same numbers that ends in {@code .json}. */
    public void write(Path page) throws IOException {
        OutageReport.write(page, html(), json());
    }

    /** A short table for a terminal. */
    public String table() {
        return SummaryTable.of(scenarios);
    }

    String html() {
        record Row(int index, ScenarioSection section, int runs, Length min, Length median, Length max, int failed) {}
        record Design(String name, String description, Length min, Length median, Length max, int runs) {}
        record Compared(String name, String description, String bars, List<Design> designs) {}
        record Page(
                String title,
                String lead,
                boolean passed,
                int held,
                String goals,
                List<Row> rows,
                List<Compared> comparisons,
                Map<String, String> facts) {}

        var rows = new ArrayList<Row>();
        for (var rated : scenarios) {
            var figures = rated.scenario().figures();
            rows.add(new Row(
                    rows.size(),
                    rated.section(roles),
                    rated.scenario().runs().size(),
                    Length.of(figures, figures.min()),
                    Length.of(figures, figures.median()),
                    Length.of(figures, figures.max()),
                    rated.scenario().failed()));
        }
        var compared = comparisons.stream()
                .map(comparison -> new Compared(
                        comparison.name(),
                        comparison.description(),
                        Bars.draw(comparison),
                        comparison.designs().stream()
                                .map(design -> new Design(
                                        design.name(),
                                        design.description(),
                                        Length.of(
                                                design.figures(),
                                                design.figures().min()),
                                        Length.of(
                                                design.figures(),
                                                design.figures().median()),
                                        Length.of(
                                                design.figures(),
                                                design.figures().max()),
                                        design.outages().size()))
                                .toList()))
                .toList();
        return Templates.render(
                "summary.html.mustache",
                new Page(title, lead, passed(), passedScenarios(), goalsReached(), rows, compared, facts));
    }

    private String goalsReached() {
        var goals = scenarios.stream().mapToInt(it -> it.goals().size()).sum();
        var missed = scenarios.stream().mapToInt(it -> it.missed().size()).sum();
        return goals == 0 ? "" : ", %d of %d goals reached".formatted(goals - missed, goals);
    }

    String json() throws IOException {
        return ReportJson.print(new SummaryJson(
                title,
                passed(),
                roles,
                facts,
                scenarios.stream().map(RatedJson::of).toList(),
                comparisons.stream().map(ComparisonJson::of).toList()));
    }

    private record SummaryJson(
            String title,
            boolean passed,
            Map<String, String> roles,
            Map<String, String> facts,
            List<RatedJson> scenarios,
            List<ComparisonJson> comparisons) {}

    private record RatedJson(
            @JsonUnwrapped ScenarioJson scenario,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Long floorMilliseconds,

            List<GoalJson> goals) {
        static RatedJson of(RatedScenario rated) {
            return new RatedJson(
                    ScenarioJson.of(rated.scenario()),
                    rated.floor() == null ? null : Labels.millis(rated.floor()),
                    rated.goals().stream()
                            .map(goal -> new GoalJson(
                                    goal.of().name().toLowerCase(Locale.ROOT),
                                    Labels.millis(goal.atMost()),
                                    goal.reachedBy(rated.scenario().figures())))
                            .toList());
        }
    }

    private record GoalJson(String of, long atMostMilliseconds, boolean reached) {}

    private record ComparisonJson(String name, String description, List<DesignJson> designs) {
        static ComparisonJson of(Comparison comparison) {
            return new ComparisonJson(
                    comparison.name(),
                    comparison.description(),
                    comparison.designs().stream()
                            .map(design -> new DesignJson(
                                    design.name(),
                                    design.description(),
                                    FiguresJson.of(design.figures()),
                                    design.outages().stream()
                                            .map(Labels::millis)
                                            .toList(),
                                    design.parts().stream()
                                            .map(part -> new PartJson(part.name(), Labels.millis(part.length())))
                                            .toList()))
                            .toList());
        }
    }

    private record DesignJson(
            String name, String description, FiguresJson outageMilliseconds, List<Long> each, List<PartJson> parts) {}

    private record PartJson(String name, long milliseconds) {}
}
