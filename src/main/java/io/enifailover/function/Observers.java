package io.enifailover.function;

import io.enifailover.protocol.Role;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Knows which server has which role. EC2 is asked once for a server, since neither its id nor its role changes: a report
 * then waits for no call to EC2, because the heartbeats of the same server have come before it.
 */
final class Observers {
    private final PairServers servers;
    private final Map<String, Role> roles = new ConcurrentHashMap<>();

    Observers(PairServers servers) {
        this.servers = servers;
    }

    /**
     * Returns the role of this server, or nothing for a stranger.
     *
     * @throws CallFailed if EC2 did not tell
     */
    Optional<Role> roleOf(String serverId) {
        if (!roles.containsKey(serverId)) {
            servers.servers().forEach(server -> roles.put(server.id(), server.role()));
        }
        return Optional.ofNullable(roles.get(serverId));
    }
}
