package io.enifailover.function;

import io.enifailover.protocol.Role;
import org.jspecify.annotations.Nullable;

/** The two servers, by instance id. */
public record Pair(String primaryId, String standbyId) {

    public Pair {
        if (primaryId.equals(standbyId)) {
            throw new IllegalArgumentException("StandbyId must be another instance than PrimaryId, got " + standbyId);
        }
    }

    String server(Role role) {
        return role == Role.PRIMARY ? primaryId : standbyId;
    }

    /** The role of this instance, or null if it is not one of the pair. */
    @Nullable
    Role roleOf(String instanceId) {
        if (instanceId.equals(primaryId)) {
            return Role.PRIMARY;
        }
        return instanceId.equals(standbyId) ? Role.STANDBY : null;
    }
}
