package io.enifailover.outage;

import java.util.List;

/**
 * One repetition of a scenario.
 *
 * @param recording what the client saw
 * @param phases    of the moves, from the controller's record
 * @param events    the first one is the picture's zero
 * @param failures  what was promised and did not hold, a sentence each; empty if all held
 */
public record Run(Recording recording, List<Phase> phases, List<TimelineEvent> events, List<String> failures) {
    public Run {
        phases = List.copyOf(phases);
        events = List.copyOf(events);
        failures = List.copyOf(failures);
    }
}
