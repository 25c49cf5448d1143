package io.enifailover.outage;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.Locale;

/** The scenarios for a terminal. */
final class Table {
    private Table() {}

    static String of(List<Scenario> scenarios) {
        var breadth = scenarios.stream()
                .mapToInt(scenario -> scenario.name().length())
                .max()
                .orElse(0);
        var format = "%-" + Math.max(breadth, 8) + "s  %4s  %8s  %8s  %9s  %6s  %s%n";
        var table = new StringBuilder(
                String.format(Locale.ROOT, format, "scenario", "runs", "min", "median", "max", "failed", "verdict"));
        for (var scenario : scenarios) {
            var figures = scenario.figures();
            table.append(String.format(
                    Locale.ROOT,
                    format,
                    scenario.name(),
                    scenario.runs().size(),
                    figures.bound() + Words.time(figures.min()),
                    figures.bound() + Words.time(figures.median()),
                    figures.bound() + Words.time(figures.max()),
                    scenario.failed(),
                    verdict(scenario)));
        }
        return table.toString();
    }

    private static String verdict(Scenario scenario) {
        if (!scenario.passed()) {
            return "BROKEN  " + String.join("; ", scenario.failures());
        }
        return scenario.missed().isEmpty()
                ? "held"
                : scenario.missed().stream().map(Goal::words).collect(joining("; ", "held, but not ", ""));
    }
}
