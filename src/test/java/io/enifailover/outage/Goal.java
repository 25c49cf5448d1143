package io.enifailover.outage;

import java.time.Duration;

/** An outage that the repetitions of a scenario must not exceed. */
public record Goal(Of of, Duration atMost) {
    /** What is compared. */
    public enum Of {
        MEDIAN,
        MAX
    }

    public static Goal median(Duration atMost) {
        return new Goal(Of.MEDIAN, atMost);
    }

    public static Goal max(Duration atMost) {
        return new Goal(Of.MAX, atMost);
    }

    boolean reachedBy(OutageStatistics figures) {
        var value = of == Of.MEDIAN ? figures.median() : figures.max();
        return !figures.open() && value.compareTo(atMost) <= 0;
    }

    String label() {
        return (of == Of.MEDIAN ? "median" : "each") + " at most " + Labels.time(atMost);
    }
}
