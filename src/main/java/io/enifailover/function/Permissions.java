package io.enifailover.function;

import io.enifailover.function.InterfaceState.Held;
import io.enifailover.protocol.ReadinessCheck;
import java.util.ArrayList;
import java.util.List;

/** Checks by DryRun whether EC2 permits the function every call that a failover needs. */
final class Permissions {
    private static final String GRANTED = "permitted";

    private final FloatingEni eni;
    private final PairServers servers;

    Permissions(FloatingEni eni, PairServers servers) {
        this.eni = eni;
        this.servers = servers;
    }

    List<ReadinessCheck> checks(Observation observation) {
        var checks = new ArrayList<ReadinessCheck>();
        for (var server : observation.servers()) {
            checks.add(ReadinessCheck.of(server + ": attach", eni.attachDenied(server.id()), GRANTED));
            checks.add(ReadinessCheck.of(server + ": stop", servers.stopDenied(server.id()), GRANTED));
            checks.add(ReadinessCheck.of(server + ": start", servers.startDenied(server.id()), GRANTED));
        }
        if (observation.floating() instanceof Held held) {
            checks.add(ReadinessCheck.of("detach", eni.detachDenied(held.attachmentId()), GRANTED));
        }
        return checks;
    }
}
