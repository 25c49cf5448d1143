package io.enifailover.function;

import io.enifailover.simulation.SimulatedServers;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceAttachment;

/**
 * The servers that may act as the active one, in truth: each from when the interface comes to it until its power is off, or
 * until its guest has let the interface go. A guest need not notice a detach by force; any other detach ends only when the guest
 * has confirmed it, or its power is off.
 */
final class ActiveServers {
    private final SimulatedServers servers;
    private final Set<String> active = new HashSet<>();
    private final Set<String> forced = new HashSet<>();
    private @Nullable NetworkInterfaceAttachment last;

    ActiveServers(SimulatedServers servers) {
        this.servers = servers;
    }

    /** This attachment may end by force. */
    void force(String attachment) {
        forced.add(attachment);
    }

    /** Notes where the interface is now; called often. */
    void note(@Nullable NetworkInterfaceAttachment now) {
        var before = last;
        if (before != null
                && (now == null || !now.attachmentId().equals(before.attachmentId()))
                && !forced.contains(before.attachmentId())) {
            active.remove(before.instanceId());
        }
        if (now != null) {
            active.add(now.instanceId());
        }
        last = now;
        active.removeIf(server -> servers.state(server) == InstanceStateName.STOPPED
                || servers.state(server) == InstanceStateName.TERMINATED);
    }

    /** Those that would be active besides this one. */
    Set<String> besides(String server) {
        var others = new HashSet<>(active);
        others.remove(server);
        return others;
    }
}
