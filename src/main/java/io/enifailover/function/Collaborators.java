package io.enifailover.function;

import io.enifailover.protocol.WitnessedService;
import org.jspecify.annotations.Nullable;

/**
 * The objects that observe and move one floating interface, each built once.
 *
 * @param witness at the service's address, or null if the function cannot reach the pair
 */
record Collaborators(
        FloatingEni eni,
        PairServers servers,
        PairRecord record,
        Observations observations,
        Mover mover,
        Telemetry telemetry,
        @Nullable Witness witness,
        Time time) {

    /** @param service null if the function cannot reach the pair */
    static Collaborators of(String interfaceId, @Nullable WitnessedService service, Dependencies deps) {
        var eni = new FloatingEni(deps.ec2(), interfaceId);
        var servers = new PairServers(deps.ec2(), interfaceId, deps.stackId());
        var record = deps.records().apply(interfaceId);
        var telemetry = new Telemetry(interfaceId, new Journal(interfaceId, deps.output(), deps.time()), deps.bus());
        return new Collaborators(
                eni,
                servers,
                record,
                new Observations(eni, servers, record, deps.healthProber(), service, deps.executor(), deps.time()),
                new Mover(eni, servers, record, telemetry, deps.time()),
                telemetry,
                service == null ? null : deps.witnesses().apply(service.endpoint()),
                deps.time());
    }
}
