package io.enifailover.cli;

import io.enifailover.outage.ProbeSeries;
import io.enifailover.protocol.HealthCheck.Statuses;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** AWS and the service, as far as the commands need them; tests replace it. */
interface Cloud {
    /**
     * Finds the pair.
     *
     * @param stack name of the stack, or null for the only pair of the Region
     */
    DeployedPair find(@Nullable String stack);

    /**
     * Calls a function by its alias with a JSON document, and returns its answer.
     *
     * @param patience how long to wait for it
     */
    String invoke(String function, String alias, String payload, Duration patience) throws NoSuchAlias;

    /** Returns what the function has logged since a time, oldest first. */
    List<Line> log(String group, Instant from);

    /**
     * Runs a script on a server, and waits until it has succeeded.
     *
     * @throws CommandFailed with the script's standard error if it fails; as refused if its exit code is 3
     */
    void run(String instanceId, String script);

    void stop(String instanceId);

    void start(String instanceId);

    /**
     * Starts probing the service from this machine.
     *
     * @param success HTTP statuses that count as success
     */
    ProbeSeries probe(URI url, Statuses success);

    record Line(String id, Instant at, String text) {}

    /** The function has no alias of that name. */
    final class NoSuchAlias extends Exception {
        private static final long serialVersionUID = 1L;
    }
}
