package io.enifailover.function;

import io.enifailover.protocol.Endpoint;
import io.enifailover.simulation.SimulatedEc2;
import java.util.function.Consumer;
import java.util.function.Function;
import software.amazon.awssdk.services.ec2.Ec2Client;

/** What the controller acts through in tests: one record for every interface, and probes one after the other. */
final class SimulatedDependencies {
    private SimulatedDependencies() {}

    /** Keeps no lines and sends no events. */
    static Dependencies of(Ec2Client ec2, PairRecord record, Function<Endpoint, Witness> witnesses, Time time) {
        return of(ec2, record, witnesses, time, line -> {}, (type, detail) -> {});
    }

    static Dependencies of(
            Ec2Client ec2,
            PairRecord record,
            Function<Endpoint, Witness> witnesses,
            Time time,
            Consumer<String> output,
            Bus bus) {
        return new Dependencies(ec2, SimulatedEc2.STACK, id -> record, witnesses, Runnable::run, time, output, bus);
    }
}
