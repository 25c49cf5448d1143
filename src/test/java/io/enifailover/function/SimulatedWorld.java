package io.enifailover.function;

import io.enifailover.function.PairRecord.LastHeartbeat;
import io.enifailover.function.Witness.Reaction;
import io.enifailover.protocol.Endpoint;
import io.enifailover.protocol.HealthCheck;
import io.enifailover.protocol.Role;
import io.enifailover.protocol.WitnessedService;
import io.enifailover.simulation.ScriptedEc2;
import io.enifailover.simulation.ScriptedRecord;
import io.enifailover.simulation.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;

/** A primary and a standby on a simulated EC2, with a record and virtual time; the floating interface is free. */
final class SimulatedWorld {
    static final String P = "i-0000000000000000a";
    static final String S = "i-0000000000000000b";
    static final HealthCheck CHECK = HealthCheck.http(80, "/healthz");
    static final WitnessedService SERVICE = new WitnessedService("203.0.113.200", CHECK, CHECK);

    final VirtualTime time = new VirtualTime();
    final ScriptedEc2 ec2 = new ScriptedEc2(time).with(P, Role.PRIMARY).with(S, Role.STANDBY);
    final ScriptedRecord record = new ScriptedRecord(time);
    /** Servers whose service does not answer. */
    final Set<String> sick = new HashSet<>();
    /** The function's log for machines. */
    final List<String> lines = new ArrayList<>();

    /** Has a heartbeat of both servers count as recent until after the end of the test. */
    void hearTheWatches() {
        for (var server : List.of(P, S)) {
            record.heartbeat(
                    server, new LastHeartbeat(time.now().plusSeconds(86_400), "1f2e", Duration.ZERO, "2.13.0g", ""));
        }
    }

    Witness witness(Endpoint endpoint) {
        return () -> probe(endpoint);
    }

    /** Who answers at an address: the holder at the service's, a server at its own, unless it is sick or does not run. */
    Witness.ProbeResult probe(Endpoint endpoint) {
        return server(endpoint)
                .filter(it -> !sick.contains(it) && ec2.servers().state(it) == InstanceStateName.RUNNING)
                .map(it -> Witness.ProbeResult.passed(it, "HTTP 200 from " + it))
                .orElseGet(() -> Witness.ProbeResult.failed("timeout", Reaction.SILENCE));
    }

    private Optional<String> server(Endpoint endpoint) {
        return endpoint.equals(SERVICE.endpoint())
                ? ec2.holder()
                : ec2.servers().at(endpoint.address());
    }

    Dependencies dependencies() {
        return dependencies(this::witness, (type, detail) -> {});
    }

    Dependencies dependencies(Function<Endpoint, Witness> witnesses, Bus bus) {
        return SimulatedDependencies.of(ec2, record, witnesses, time, lines::add, bus);
    }
}
