package io.enifailover.function;

import io.enifailover.function.Decision.Keep;
import io.enifailover.function.HealthProber.Series;
import io.enifailover.protocol.Answer.MoveAnswer;
import java.time.Instant;
import java.util.Optional;

/**
 * A scheduled drill: moves the interface to the other server, if a failover would work.
 *
 * <p>The schedule may deliver it twice, and Lambda repeats a call that fails. So a drill names the server that it moves to, and
 * does nothing within an hour of a move.
 */
final class Drill {
    private static final String BY = "scheduled drill";

    private final Controller controller;
    private final PreflightCheck preflight;
    private final Telemetry telemetry;
    private final PairRecord record;

    Drill(Controller controller, PreflightCheck preflight, Collaborators pair) {
        this.controller = controller;
        this.preflight = preflight;
        this.telemetry = pair.telemetry();
        this.record = pair.record();
    }

    /**
     * Moves the interface to the server that does not hold it, or returns why not.
     *
     * @param id  identifies this call
     * @param end when it must have ended
     */
    MoveAnswer run(String id, Instant end) {
        var observation = controller.observe(Series.QUICK);
        var refused = refused(observation);
        if (refused.isPresent()) {
            telemetry.kept(BY, observation, refused.get());
            return new MoveAnswer(false, refused.get().reason(), null);
        }
        var holder = observation.holder().orElseThrow();
        return controller.drill(holder.role().other(), BY, id, end);
    }

    private Optional<Keep> refused(Observation observation) {
        var lacking = Readiness.lacking(preflight.of(observation));
        if (!lacking.isEmpty()) {
            var hold = observation.recorded().holdAt(observation.now());
            return Optional.of(refused(
                    "a failover would not work: " + lacking, hold.isPresent() ? Refusal.HOLD : Refusal.NOT_READY));
        }
        // Read after the observation: an earlier delivery of this drill may have moved the interface before it.
        return record.history(1).stream()
                        .anyMatch(move -> move.at().isAfter(observation.now().minus(PairRecord.RECENT)))
                ? Optional.of(refused("there was a move within the hour", Refusal.COOL_DOWN))
                : Optional.empty();
    }

    private static Keep refused(String why, Refusal refusal) {
        return new Keep("no drill: " + why, null, refusal);
    }
}
