package io.enifailover.function;

import io.enifailover.function.InterfaceState.Held;
import io.enifailover.protocol.ReadinessCheck;
import java.util.ArrayList;
import java.util.List;

/** Asks EC2 by DryRun whether the function may do what a failover needs. */
final class Permissions {
    private static final String GRANTED = "permitted";

    private final FloatingEni eni;
    private final PairServers fleet;

    Permissions(FloatingEni eni, PairServers fleet) {
        this.eni = eni;
        this.fleet = fleet;
    }

    List<ReadinessCheck> checks(Observation seen) {
        var checks = new ArrayList<ReadinessCheck>();
        for (var server : seen.servers()) {
            checks.add(ReadinessCheck.of(server + ": attach", eni.attachDenied(server.id()), GRANTED));
            checks.add(ReadinessCheck.of(server + ": stop", fleet.stopDenied(server.id()), GRANTED));
            checks.add(ReadinessCheck.of(server + ": start", fleet.mayStart(server.id()), GRANTED));
        }
        if (seen.floating() instanceof Held held) {
            checks.add(ReadinessCheck.of("detach", eni.mayDetach(held.attachmentId()), GRANTED));
        }
        return checks;
    }
}
