package io.enifailover.outage;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A failure or an order, and how the pair behaved, once or many times.
 *
 * @param promise what must hold, in one sentence
 * @param floor   what no design could go below, such as the injected latencies, or null
 */
public record Scenario(
        String name, String promise, @Nullable Duration floor, List<Goal> goals, List<Run> runs) {
    public Scenario {
        goals = List.copyOf(goals);
        runs = List.copyOf(runs);
    }

    /** The outages of all runs; a run without an outage counts as zero. */
    public Figures figures() {
        return Figures.of(
                lengths(),
                runs.stream().flatMap(run -> run.recording().figures().stream()).anyMatch(Outage::open));
    }

    /** Whether every promise held; how fast it was is for the goals to say. */
    public boolean passed() {
        return failures().isEmpty();
    }

    List<Goal> missed() {
        return goals.stream().filter(goal -> !goal.reachedBy(figures())).toList();
    }

    List<String> failures() {
        return runs.stream().flatMap(run -> run.failures().stream()).distinct().toList();
    }

    List<Duration> lengths() {
        return runs.stream().flatMap(run -> lengths(run.recording())).toList();
    }

    /** Failed requests in the worst run. */
    public int failed() {
        return runs.stream().mapToInt(run -> run.recording().failed()).max().orElse(0);
    }

    /** The run to draw: one that failed, otherwise the one in the middle. */
    @Nullable
    Run typical() {
        return runs.stream()
                .filter(run -> !run.failures().isEmpty())
                .findFirst()
                .orElseGet(() -> {
                    var sorted = runs.stream()
                            .sorted(Comparator.comparing(Scenario::longest))
                            .toList();
                    return sorted.isEmpty() ? null : sorted.get((sorted.size() - 1) / 2);
                });
    }

    private static Duration longest(Run run) {
        return lengths(run.recording()).max(Comparator.naturalOrder()).orElse(Duration.ZERO);
    }

    private static Stream<Duration> lengths(Recording recording) {
        var figures = recording.figures();
        return figures.isEmpty() ? Stream.of(Duration.ZERO) : figures.stream().map(Outage::length);
    }
}
