package io.enifailover.function;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What one floating interface is observed and moved through, each built once.
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

    /**
     * @param serviceUrl health page at the Elastic IP, or null if the function cannot reach the pair
     */
    static Collaborators of(String interfaceId, @Nullable URI serviceUrl, Dependencies deps) {
        var eni = new FloatingEni(deps.ec2(), interfaceId);
        var servers = new PairServers(deps.ec2(), interfaceId, deps.stackId());
        var record = deps.records().apply(interfaceId);
        var telemetry = new Telemetry(interfaceId, new Journal(interfaceId, deps.output(), deps.time()), deps.bus());
        return new Collaborators(
                eni,
                servers,
                record,
                new Observations(eni, servers, record, deps.healthProber(), serviceUrl, deps.time()),
                new Mover(eni, servers, record, telemetry, deps.time()),
                telemetry,
                serviceUrl == null ? null : deps.witnesses().apply(serviceUrl),
                deps.time());
    }
}
