package io.enifailover.cli;

import io.enifailover.cli.DrillRunner.Result;
import io.enifailover.outage.OutageReport;
import io.enifailover.outage.Phase;
import io.enifailover.outage.Run;
import io.enifailover.outage.Scenario;
import io.enifailover.protocol.MoveEntry;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns the result of a drill into its report. */
final class DrillReport {
    /** The phases before the move begins; the time of an entry is the beginning of its move. */
    private static final Set<String> BEFORE = Set.of("detect", "decide");

    private DrillReport() {}

    static OutageReport of(DeployedPair pair, Failure failure, URI url, Result result) {
        var roles = new LinkedHashMap<String, String>();
        roles.put(result.from().id(), result.from().role().toString());
        roles.put(result.to().id(), result.to().role().toString());
        var facts = new LinkedHashMap<String, String>();
        facts.put("pair", pair.stack() + " in " + pair.region() + ", " + pair.interfaceId());
        facts.put("began", Ages.time(result.recording().began()) + " UTC");
        facts.put(
                "client",
                String.format(
                        Locale.ROOT,
                        "a new connection to %s every %d ms, %.0f a second reached",
                        url,
                        result.recording().every().toMillis(),
                        result.recording().rate()));
        if (!result.recording().named()) {
            facts.put("served by", "known by the attachment of the interface: the answers do not name their server");
        }
        var run = new Run(result.recording(), phases(result.move()), result.events(), broken(result));
        var promise = "The %s takes over, and the %s is ready again afterwards."
                .formatted(result.to().role(), result.from().role());
        return new OutageReport(
                "Drill of " + pair.stack(),
                "A rehearsed failure of a real pair: " + failure.description() + ".",
                roles,
                facts,
                new Scenario(failure.toString(), promise, List.of(run)));
    }

    static List<Phase> phases(@Nullable MoveEntry move) {
        if (move == null) {
            return List.of();
        }
        var before = move.milliseconds().entrySet().stream()
                .filter(phase -> BEFORE.contains(phase.getKey()))
                .mapToLong(phase -> phase.getValue())
                .sum();
        var start = move.at().minusMillis(before);
        var phases = new ArrayList<Phase>();
        for (var phase : move.milliseconds().entrySet()) {
            phases.add(new Phase(phase.getKey(), start, Duration.ofMillis(phase.getValue())));
            start = start.plusMillis(phase.getValue());
        }
        return phases;
    }

    private static List<String> broken(Result result) {
        var broken = new ArrayList<String>();
        if (result.outage() == null) {
            broken.add("The " + result.to().role() + " did not take over.");
        }
        if (!result.restored()) {
            broken.add("The " + result.from().role() + " is not ready.");
        }
        return broken;
    }
}
