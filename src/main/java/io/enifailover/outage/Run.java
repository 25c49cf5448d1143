package io.enifailover.outage;

import java.util.List;

/**
 * One repetition of a scenario.
 *
 * @param recording what the client saw
 * @param phases    of the moves, from the controller's record
 * @param events    what happened; the first event is the zero of the picture's time axis
 * @param failures  broken promises of the scenario, one sentence each; empty if it kept them all
 */
public record Run(Recording recording, List<Phase> phases, List<TimelineEvent> events, List<String> failures) {
    public Run {
        phases = List.copyOf(phases);
        events = List.copyOf(events);
        failures = List.copyOf(failures);
    }
}
