package io.enifailover.controller;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Knows which server may report as which role. EC2 is asked once for a server, since neither its id nor its role changes: a report
 * then waits for no call to EC2, because the heartbeats of the same server have come before it.
 */
final class Observers {
    private final Fleet fleet;
    private final Map<String, Role> roles = new ConcurrentHashMap<>();

    Observers(Fleet fleet) {
        this.fleet = fleet;
    }

    /**
     * @throws CallFailed if EC2 did not tell
     */
    boolean has(String serverId, Role role) {
        if (!roles.containsKey(serverId)) {
            fleet.servers().forEach(server -> roles.put(server.id(), server.role()));
        }
        return roles.get(serverId) == role;
    }
}
