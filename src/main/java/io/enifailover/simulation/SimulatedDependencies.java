package io.enifailover.simulation;

import io.enifailover.function.Bus;
import io.enifailover.function.Dependencies;
import io.enifailover.function.PairRecord;
import io.enifailover.function.Time;
import io.enifailover.function.Witness;
import io.enifailover.protocol.Endpoint;
import java.util.function.Consumer;
import java.util.function.Function;
import software.amazon.awssdk.services.ec2.Ec2Client;

/** The controller's dependencies in a simulation: one record for every interface, and probes one after the other. */
public final class SimulatedDependencies {
    private SimulatedDependencies() {}

    /** Discards log lines and events. */
    public static Dependencies of(Ec2Client ec2, PairRecord record, Function<Endpoint, Witness> witnesses, Time time) {
        return of(ec2, record, witnesses, time, line -> {}, (type, detail) -> {});
    }

    public static Dependencies of(
            Ec2Client ec2,
            PairRecord record,
            Function<Endpoint, Witness> witnesses,
            Time time,
            Consumer<String> output,
            Bus bus) {
        return new Dependencies(ec2, SimulatedEc2.STACK, id -> record, witnesses, Runnable::run, time, output, bus);
    }
}
