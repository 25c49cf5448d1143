package io.enifailover.function;

import io.enifailover.protocol.Role;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds the role of a server. Neither its id nor its role changes, so EC2 is called once per server. Heartbeats of a server
 * come before its first report, so a report does not wait for that call.
 */
final class Observers {
    private final PairServers servers;
    private final Map<String, Role> roles = new ConcurrentHashMap<>();

    Observers(PairServers servers) {
        this.servers = servers;
    }

    /**
     * Returns the role of this server, or nothing if it is not one of the pair's.
     *
     * @throws CallFailed if EC2 refused, or did not answer
     */
    Optional<Role> roleOf(String serverId) {
        if (!roles.containsKey(serverId)) {
            servers.servers().forEach(server -> roles.put(server.id(), server.role()));
        }
        return Optional.ofNullable(roles.get(serverId));
    }
}
