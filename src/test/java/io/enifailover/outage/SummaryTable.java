package io.enifailover.outage;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.Locale;

/** The scenarios for a terminal. */
final class SummaryTable {
    private SummaryTable() {}

    static String of(List<RatedScenario> scenarios) {
        var breadth = scenarios.stream()
                .mapToInt(scenario -> scenario.scenario().name().length())
                .max()
                .orElse(0);
        var format = "%-" + Math.max(breadth, 8) + "s  %4s  %8s  %8s  %9s  %6s  %s%n";
        var table = new StringBuilder(
                String.format(Locale.ROOT, format, "scenario", "runs", "min", "median", "max", "failed", "verdict"));
        for (var rated : scenarios) {
            var scenario = rated.scenario();
            var figures = scenario.figures();
            table.append(String.format(
                    Locale.ROOT,
                    format,
                    scenario.name(),
                    scenario.runs().size(),
                    figures.bound() + Labels.time(figures.min()),
                    figures.bound() + Labels.time(figures.median()),
                    figures.bound() + Labels.time(figures.max()),
                    scenario.failed(),
                    verdict(rated)));
        }
        return table.toString();
    }

    private static String verdict(RatedScenario rated) {
        if (!rated.scenario().passed()) {
            return "BROKEN  " + String.join("; ", rated.scenario().failures());
        }
        return rated.missed().isEmpty()
                ? "held"
                : rated.missed().stream().map(Goal::label).collect(joining("; ", "held, but not ", ""));
    }
}
