package io.enifailover.function;

import io.enifailover.function.HealthProber.ProbeTarget;
import io.enifailover.function.HealthProber.Series;
import io.enifailover.protocol.Endpoint;
import io.enifailover.protocol.HealthCheck;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the calls of a failover before SnapStart takes its snapshot, so that a restored function has loaded their classes.
 *
 * <p>Every step only reads, and each may fail: the snapshot is also taken if the table or a permission does not exist yet.
 * The version is published before any server exists, so observing the pair alone would not load the witness. Connections made
 * here are lost by the time of the restore, and the SDK opens new ones; the witness keeps none. Nothing that must be unique is
 * created here, because several restored functions would share it. Events are not primed: nothing waits for them.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/snapstart-best-practices.html">Best practices of SnapStart</a>
 */
final class Priming {
    private static final Logger LOG = LoggerFactory.getLogger(Priming.class);

    /** The discard port of this machine, where Lambda runs no server, so that the connection is refused. */
    private static final Endpoint NOWHERE = new Endpoint(HealthCheck.http(9, "/"), "127.0.0.1");

    /** A step of priming, whose result or exception does not matter. */
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
                .with(
                        "witness",
                        () -> healthProber
                                .probe(new ProbeTarget(NOWHERE, "none"), Series.QUICK)
                                .join());
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
