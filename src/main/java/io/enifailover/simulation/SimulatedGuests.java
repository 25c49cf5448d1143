package io.enifailover.simulation;

import io.enifailover.function.Time;
import io.enifailover.function.Witness.Reaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;

/** The actual state of what runs on the servers: whether each serves. */
public final class SimulatedGuests {
    private static final Duration BOOT = Duration.ofSeconds(10);
    private static final Duration GUEST_NETWORK = Duration.ofMillis(200);

    private final Time time;
    private final SimulatedEc2 ec2;
    private final Map<String, List<FaultKind>> troubles = new HashMap<>();

    public SimulatedGuests(Time time, SimulatedEc2 ec2) {
        this.time = time;
        this.ec2 = ec2;
    }

    /** Begins or ends a fault; one that has begun twice is over when it has ended twice. */
    void trouble(String server, FaultKind kind, boolean begins) {
        var its = troubles.computeIfAbsent(server, id -> new ArrayList<>());
        if (begins) {
            its.add(kind);
        } else {
            its.remove(kind);
        }
    }

    public boolean hung(String server) {
        return has(server, FaultKind.HUNG);
    }

    /** Whether nothing runs on it, so that EC2's status check fails. */
    public boolean isDead(String server) {
        return hung(server) || has(server, FaultKind.CRASHED);
    }

    /** Whether its service answers at its own address. */
    public boolean serves(String server) {
        return lives(server) && !has(server, FaultKind.SERVICE_DEAD) && !has(server, FaultKind.SERVICE_FLAPS);
    }

    /** Returns the server whose service answers at the floating address. */
    public Optional<String> service() {
        return reached().filter(this::serves);
    }

    /** Whether its kernel answers. */
    boolean lives(String server) {
        return ec2.servers().exists(server)
                && ec2.servers().state(server) == InstanceStateName.RUNNING
                && !time.now().isBefore(ec2.servers().runningSince(server).plus(BOOT))
                && !isDead(server);
    }

    /** Returns the server that packets to the floating address reach. */
    public Optional<String> reached() {
        return ec2.holder()
                .filter(id -> !has(id, FaultKind.NEVER_USABLE))
                .filter(id ->
                        ec2.eni().holderAt(time.now().minus(GUEST_NETWORK)).equals(Optional.of(id)));
    }

    /** Returns what a client gets from this server if it does not serve. */
    public Reaction reaction(String server) {
        if (!lives(server)) {
            return Reaction.SILENCE;
        }
        return has(server, FaultKind.SERVICE_DEAD) ? Reaction.REFUSAL : Reaction.CONNECTION;
    }

    /** Returns how long a probe takes that fails in this way. */
    public static Duration probeTakes(Reaction reaction) {
        return switch (reaction) {
            case SILENCE -> Duration.ofMillis(250);
            case REFUSAL -> Duration.ofMillis(10);
            case CONNECTION -> Duration.ofMillis(500);
        };
    }

    public boolean has(String server, FaultKind kind) {
        return troubles.getOrDefault(server, List.of()).contains(kind);
    }
}
