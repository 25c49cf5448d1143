package io.enifailover.outage;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A scenario of the lab and how fast it ought to be.
 *
 * @param floor what no design could go below, such as the injected latencies, or null
 * @param goals how fast it should be; missing one breaks no promise
 */
public record RatedScenario(Scenario scenario, @Nullable Duration floor, List<Goal> goals) {
    public RatedScenario {
        goals = List.copyOf(goals);
    }

    List<Goal> missed() {
        return goals.stream()
                .filter(goal -> !goal.reachedBy(scenario.figures()))
                .toList();
    }

    ScenarioSection section(Map<String, String> roles) {
        var figures = scenario.figures();
        var tiles = goals.stream()
                .map(goal -> goal.reachedBy(figures)
                        ? new ScenarioSection.Tile("held", null, "reached", "goal: " + goal.label())
                        : new ScenarioSection.Tile("broken", null, "missed", "goal: " + goal.label()))
                .toList();
        var limits = new LinkedHashMap<String, Duration>();
        goals.forEach(goal -> limits.put(goal.label(), goal.atMost()));
        return ScenarioSection.of(scenario, roles, tiles, Strip.draw(scenario.lengths(), figures, floor, limits));
    }
}
