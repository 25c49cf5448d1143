package io.enifailover.controller;

import io.enifailover.controller.InterfaceState.Held;
import java.util.ArrayList;
import java.util.List;

/** Asks EC2 by DryRun whether the function may do what a failover needs. */
final class Permissions {
    private static final String GRANTED = "permitted";

    private final FloatingEni eni;
    private final Fleet fleet;

    Permissions(FloatingEni eni, Fleet fleet) {
        this.eni = eni;
        this.fleet = fleet;
    }

    List<Check> checks(Observation seen) {
        var checks = new ArrayList<Check>();
        for (var server : seen.servers()) {
            checks.add(Check.of(server + ": attach", eni.mayAttach(server.id()), GRANTED));
            checks.add(Check.of(server + ": stop", fleet.mayStop(server.id()), GRANTED));
            checks.add(Check.of(server + ": start", fleet.mayStart(server.id()), GRANTED));
        }
        if (seen.floating() instanceof Held held) {
            checks.add(Check.of("detach", eni.mayDetach(held.attachmentId()), GRANTED));
        }
        return checks;
    }
}
