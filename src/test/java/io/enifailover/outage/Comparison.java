package io.enifailover.outage;

import java.time.Duration;
import java.util.List;

/** The same failure met by several designs, ours first. */
public record Comparison(String name, String description, List<Design> designs) {
    public Comparison {
        designs = List.copyOf(designs);
    }

    /** What an outage consists of, and whether that is EC2's own time. */
    public record Part(String name, Duration length, boolean ofEc2) {}

    /**
     * One of them.
     *
     * @param description its version and configuration
     * @param outages one for each repetition
     * @param parts of the median outage, in order; together as long as that; may be empty
     */
    public record Design(String name, String description, List<Duration> outages, List<Part> parts) {
        public Design {
            outages = List.copyOf(outages);
            parts = List.copyOf(parts);
        }

        OutageStatistics figures() {
            return OutageStatistics.of(outages, false);
        }
    }
}
