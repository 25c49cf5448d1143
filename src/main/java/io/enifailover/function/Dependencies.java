package io.enifailover.function;

import io.enifailover.protocol.Endpoint;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import software.amazon.awssdk.services.ec2.Ec2Client;

/**
 * Everything outside the process that the controller uses. Tests simulate all of it.
 *
 * @param ec2       client whose calls have short timeouts
 * @param stackId   stack that created the servers
 * @param records   the pair record of an interface, by its id
 * @param witnesses the witness of an address
 * @param executor  runs calls and probes at the same time
 * @param time      clock and sleep
 * @param output    receives the lines of the machine-readable log
 * @param bus       receives the events
 */
public record Dependencies(
        Ec2Client ec2,
        String stackId,
        Function<String, PairRecord> records,
        Function<Endpoint, Witness> witnesses,
        Executor executor,
        Time time,
        Consumer<String> output,
        Bus bus) {

    HealthProber healthProber() {
        return new HealthProber(witnesses, executor, time);
    }
}
