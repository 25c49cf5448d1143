package io.enifailover.outage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A measured scenario, for people (an HTML page) and for programs (JSON).
 *
 * @param lead  one or two sentences below the title
 * @param roles {@code primary} or {@code standby} for each server that may answer
 * @param facts where and how it was measured, in the order to show
 */
public record OutageReport(
        String title, String lead, Map<String, String> roles, Map<String, String> facts, Scenario scenario) {
    public OutageReport {
        roles = Collections.unmodifiableMap(new LinkedHashMap<>(roles));
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }

    /**
     * Writes the page, and beside it the same numbers in a file that ends in {@code .json} and the timeline, if there is
     * one, in a file that ends in {@code .svg}.
     */
    public void write(Path page) throws IOException {
        write(page, html(), json());
        var run = scenario.typical();
        if (run != null) {
            Files.writeString(beside(page, ".svg"), Timeline.drawAlone(run, roles));
        }
    }

    static void write(Path page, String html, String json) throws IOException {
        Files.createDirectories(page.toAbsolutePath().getParent());
        Files.writeString(page, html);
        Files.writeString(beside(page, ".json"), json);
    }

    private static Path beside(Path page, String ending) {
        return page.resolveSibling(page.getFileName().toString().replaceFirst("\\.html$", "") + ending);
    }

    /** Returns the page as one file that refers to no other. */
    public String html() {
        record Page(String title, String lead, ScenarioSection scenario, Map<String, String> facts) {}
        return Templates.render(
                "report.html.mustache", new Page(title, lead, ScenarioSection.of(scenario, roles), facts));
    }

    String json() throws IOException {
        return ReportJson.print(
                new ReportJson(title, scenario.passed(), roles, facts, List.of(ReportJson.ScenarioJson.of(scenario))));
    }
}
