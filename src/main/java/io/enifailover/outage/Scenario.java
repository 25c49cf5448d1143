package io.enifailover.outage;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A failure or a switchover, and how the pair behaved, once or many times.
 *
 * @param promise what must hold, in one sentence
 */
public record Scenario(String name, String promise, List<Run> runs) {
    public Scenario {
        runs = List.copyOf(runs);
    }

    /** The outages of all runs; a run without an outage counts as zero. */
    OutageStatistics figures() {
        return OutageStatistics.of(
                lengths(),
                runs.stream().flatMap(run -> run.recording().figures().stream()).anyMatch(Outage::open));
    }

    /** Whether the promise held in every run. */
    boolean passed() {
        return failures().isEmpty();
    }

    List<String> failures() {
        return runs.stream().flatMap(run -> run.failures().stream()).distinct().toList();
    }

    List<Duration> lengths() {
        return runs.stream().flatMap(run -> lengths(run.recording())).toList();
    }

    /** Failed requests in the worst run. */
    int failed() {
        return runs.stream().mapToInt(run -> run.recording().failed()).max().orElse(0);
    }

    /** The run to draw: the first that failed, otherwise the one with the median outage; null without runs. */
    @Nullable
    public Run typical() {
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
