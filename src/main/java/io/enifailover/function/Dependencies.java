package io.enifailover.function;

import io.enifailover.protocol.Endpoint;
import java.util.function.Consumer;
import java.util.function.Function;
import software.amazon.awssdk.services.ec2.Ec2Client;

/**
 * What the controller acts through, all of it simulated in tests.
 *
 * @param ec2       client whose calls end soon
 * @param stackId   stack whose servers these are
 * @param records   the pair record of an interface, by its id
 * @param healthProber witness at several addresses
 * @param witnesses witness at one address
 * @param time      clock and pace
 * @param output    takes the lines of the log for machines
 * @param bus       takes the events
 */
record Dependencies(
        Ec2Client ec2,
        String stackId,
        Function<String, PairRecord> records,
        HealthProber healthProber,
        Function<Endpoint, Witness> witnesses,
        Time time,
        Consumer<String> output,
        Bus bus) {}
