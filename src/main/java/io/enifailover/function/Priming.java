package io.enifailover.function;

import io.enifailover.function.HealthProber.ProbeTarget;
import io.enifailover.function.HealthProber.Series;
import io.enifailover.protocol.Endpoint;
import io.enifailover.protocol.HealthCheck;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs through what a failover needs before SnapStart takes its snapshot, so that a restored function has loaded it already.
 *
 * <p>Every step only reads, and each may fail on its own: the snapshot is also taken when the table or a right is not there yet.
 * The version is published before any server exists, so observing the pair alone would not load the witness. Connections made
 * here are lost by the time of the restore, and the SDK opens new ones; the witness keeps none. Nothing is made unique here that
 * several restored functions could share. Events are not primed: they are sent after a move, when nothing waits for them.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/snapstart-best-practices.html">Best practices of SnapStart</a>
 */
final class Priming {
    private static final Logger LOG = LoggerFactory.getLogger(Priming.class);

    /** The discard port of this machine, where Lambda runs no server: the connection is refused. */
    private static final Endpoint NOWHERE = new Endpoint(HealthCheck.http(9, "/"), "127.0.0.1");

    /** Something that loads what it needs; what it returns or throws does not matter. */
    interface Action {
        void run() throws Exception;
    }

    private final Map<String, Action> steps = new LinkedHashMap<>();

    /** The calls of an observation: EC2, the record, and the witness. */
    static Priming of(Collaborators pair, HealthProber healthProber) {
        return new Priming()
                .with("interface", pair.eni()::observe)
                .with("servers", pair.servers()::servers)
                .with("record", pair.record()::read)
                .with("witness", () -> healthProber.probe(Set.of(new ProbeTarget(NOWHERE, "none")), new Series(1, 1)));
    }

    Priming with(String name, Action step) {
        steps.put(name, step);
        return this;
    }

    void run() {
        steps.forEach((name, step) -> {
            try {
                step.run();
            } catch (Exception e) {
                LOG.info("not primed: {}: {}", name, e.getMessage());
            }
        });
    }
}
