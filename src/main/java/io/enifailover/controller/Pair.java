package io.enifailover.controller;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The two servers, by instance id. */
record Pair(String primaryId, String standbyId) {

    /** The part that a server plays; it does not change with a move. */
    enum Role {
        PRIMARY,
        STANDBY;

        Role other() {
            return this == PRIMARY ? STANDBY : PRIMARY;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    Pair {
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
