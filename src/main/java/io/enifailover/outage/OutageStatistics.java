package io.enifailover.outage;

import java.time.Duration;
import java.util.List;

/**
 * The shortest, the median and the longest of several outages.
 *
 * @param open whether the service did not recover in one of them: each figure is then a lower bound
 */
public record OutageStatistics(Duration min, Duration median, Duration max, boolean open) {
    static OutageStatistics of(List<Duration> lengths, boolean open) {
        if (lengths.isEmpty()) {
            return new OutageStatistics(Duration.ZERO, Duration.ZERO, Duration.ZERO, open);
        }
        var sorted = lengths.stream().sorted().toList();
        var last = sorted.size() - 1;
        var median = sorted.get(last / 2).plus(sorted.get((last + 1) / 2)).dividedBy(2);
        return new OutageStatistics(sorted.get(0), median, sorted.get(last), open);
    }

    /** The sign to write before a figure that is only a lower bound. */
    String bound() {
        return open ? "≥ " : "";
    }
}
