package io.enifailover.lab;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The floating interface as a cable: one end stays in the subnet, the other is in a machine, or in nobody's. */
final class FloatingLink {
    static final String OUTSIDE = "floating";
    /** Not what a machine calls its own: EC2's names differ from attach to attach. */
    private static final String INSIDE = "ens6";

    private final Vpc vpc;
    private final Namespace nowhere = Namespace.make("nowhere");
    private @Nullable Machine machine;
    private Namespace home = nowhere;
    private volatile Duration late = Duration.ZERO;

    FloatingLink(Vpc vpc, Nic nic) {
        this.vpc = vpc;
        vpc.cable(OUTSIDE, nowhere, INSIDE, nic.mac());
        vpc.plug(OUTSIDE, nic.mac(), nic.address());
    }

    /** From now on: for that long after a move, packets for its address go to where it was. */
    void packetsFollowLate(Duration by) {
        late = by;
    }

    void plugInto(Machine to) {
        synchronized (vpc) {
            machine = to;
            if (!late.isZero()) {
                vpc.silence(List.of(OUTSIDE));
                CompletableFuture.delayedExecutor(late.toMillis(), TimeUnit.MILLISECONDS)
                        .execute(() -> vpc.hear(List.of(OUTSIDE)));
            }
            to.withItsNetwork((namespace, connected) -> {
                move(namespace);
                if (connected) {
                    vpc.up(List.of(OUTSIDE));
                }
            });
        }
    }

    void unplug() {
        synchronized (vpc) {
            machine = null;
            // Its old machine may be frozen.
            vpc.hear(List.of(OUTSIDE));
            vpc.down(List.of(OUTSIDE));
            move(nowhere);
        }
    }

    /** Takes it out of a machine whose namespace is about to go, and puts it back into its new one. */
    void rescueFrom(Machine from, Runnable renewal) {
        if (from != machine) {
            renewal.run();
            return;
        }
        unplug();
        renewal.run();
        plugInto(from);
    }

    /** For good, once no machine is left. */
    void remove() {
        vpc.unplug(OUTSIDE);
        nowhere.delete();
    }

    boolean isIn(Machine candidate) {
        return candidate == machine;
    }

    private void move(Namespace to) {
        if (!to.equals(home)) {
            home.run("ip", "link", "set", INSIDE, "netns", to.name());
            home = to;
        }
    }
}
