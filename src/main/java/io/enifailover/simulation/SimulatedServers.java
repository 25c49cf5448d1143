package io.enifailover.simulation;

import io.enifailover.function.PairServers;
import io.enifailover.function.Time;
import io.enifailover.protocol.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceNetworkInterface;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.Tag;

/** The instances of the simulated EC2: their states by time, including the end of a stop or start under way. */
public final class SimulatedServers {
    private static final Instant FIRST_LAUNCH = Baton.START.minus(Duration.ofDays(1));

    private record PowerState(InstanceStateName state, Instant launched) {}

    private record Machine(String id, Role role, String address, TreeMap<Instant, PowerState> timeline) {}

    private final Time time;
    private final Map<String, Machine> machines = new LinkedHashMap<>();

    SimulatedServers(Time time) {
        this.time = time;
    }

    /** Adds a server that has been running for a day. */
    void add(String id, Role role) {
        add(id, role, FIRST_LAUNCH);
    }

    /** Adds a server that begins to start now. */
    void launch(String id, Role role, Duration takes) {
        add(id, role, time.now());
        becomes(id, InstanceStateName.PENDING, Duration.ZERO);
        becomes(id, InstanceStateName.RUNNING, takes);
    }

    public boolean exists(String id) {
        return machines.containsKey(id) && state(id) != InstanceStateName.TERMINATED;
    }

    public InstanceStateName state(String id) {
        return at(id, time.now()).state();
    }

    /** Returns its own public address, which never changes. */
    public String address(String id) {
        return machine(id).address();
    }

    /** Returns the server whose own address this is. */
    public Optional<String> at(String address) {
        return machines.values().stream()
                .filter(machine -> machine.address().equals(address))
                .map(Machine::id)
                .findFirst();
    }

    /** Returns since when it has been in its current state. */
    Instant runningSince(String id) {
        return machine(id).timeline().floorKey(time.now());
    }

    /** Returns when this instance is stopped, if it is being stopped or has been. */
    Optional<Instant> stopped(String id) {
        return machine(id).timeline().descendingMap().entrySet().stream()
                .findFirst()
                .filter(last -> last.getValue().state() == InstanceStateName.STOPPED)
                .map(Map.Entry::getKey);
    }

    public void stop(String id, Duration takes) {
        if (state(id) == InstanceStateName.RUNNING || state(id) == InstanceStateName.PENDING) {
            becomes(id, InstanceStateName.STOPPING, Duration.ZERO);
            becomes(id, InstanceStateName.STOPPED, takes);
        }
    }

    /** Begins to start a server that is stopped. */
    public void start(String id, Duration takes) {
        machine(id).timeline().put(time.now(), new PowerState(InstanceStateName.PENDING, time.now()));
        becomes(id, InstanceStateName.RUNNING, takes);
    }

    public void terminate(String id, Duration takes) {
        becomes(id, InstanceStateName.SHUTTING_DOWN, Duration.ZERO);
        becomes(id, InstanceStateName.TERMINATED, takes);
    }

    /**
     * Returns all that EC2 shows, as they were then.
     *
     * @param holder the instance to which the floating interface was attached then, or null
     */
    List<Instance> shown(Instant instant, String interfaceId, @Nullable String holder) {
        return machines.values().stream()
                .filter(machine -> !machine.timeline().firstKey().isAfter(instant))
                .map(machine ->
                        shown(machine, instant, interfaceId, machine.id().equals(holder)))
                .toList();
    }

    private Instance shown(Machine machine, Instant instant, String interfaceId, boolean holds) {
        var power = at(machine.id(), instant);
        var interfaces = new ArrayList<InstanceNetworkInterface>();
        interfaces.add(at(0, "eni-own-" + machine.id()).copy(i -> i.association(a -> a.publicIp(machine.address()))));
        if (holds) {
            interfaces.add(at(1, interfaceId));
        }
        return Instance.builder()
                .instanceId(machine.id())
                .state(state -> state.name(power.state()))
                .launchTime(power.launched())
                .placement(placement -> placement.availabilityZone("us-east-1a"))
                .tags(
                        tag(PairServers.PAIR_TAG, interfaceId),
                        tag(PairServers.STACK_TAG, SimulatedEc2.STACK),
                        tag(PairServers.ROLE_TAG, machine.role().toString()))
                .networkInterfaces(interfaces)
                .build();
    }

    static InstanceNetworkInterface at(int index, String id) {
        return InstanceNetworkInterface.builder()
                .networkInterfaceId(id)
                .attachment(a -> a.deviceIndex(index))
                .build();
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }

    private void add(String id, Role role, Instant launched) {
        var timeline = new TreeMap<Instant, PowerState>();
        timeline.put(launched, new PowerState(InstanceStateName.RUNNING, launched));
        machines.put(id, new Machine(id, role, "198.51.100." + (machines.size() + 1), timeline));
    }

    private void becomes(String id, InstanceStateName state, Duration later) {
        var timeline = machine(id).timeline();
        var when = time.now().plus(later);
        var launched = at(id, time.now()).launched();
        timeline.tailMap(when, true).clear();
        timeline.put(when, new PowerState(state, launched));
        if (later.isZero()) {
            timeline.tailMap(when, false).clear();
        }
    }

    private PowerState at(String id, Instant instant) {
        return machine(id).timeline().floorEntry(instant).getValue();
    }

    private Machine machine(String id) {
        var machine = machines.get(id);
        if (machine == null) {
            throw new AssertionError("there is no " + id);
        }
        return machine;
    }
}
