package io.enifailover.outage;

import java.time.Duration;
import java.util.List;

/** The same failure met by several designs, ours first. */
public record Comparison(String name, String description, List<Design> designs) {
    public Comparison {
        designs = List.copyOf(designs);
    }

    /**
     * One of them.
     *
     * @param description its version and configuration
     * @param outages one for each repetition
     */
    public record Design(String name, String description, List<Duration> outages) {
        public Design {
            outages = List.copyOf(outages);
        }

        OutageStatistics figures() {
            return OutageStatistics.of(outages, false);
        }
    }
}
