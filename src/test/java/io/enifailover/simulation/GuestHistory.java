package io.enifailover.simulation;

import io.enifailover.function.Time;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Since when each of the servers lives, serves or fails. */
public final class GuestHistory {
    private final Time time;
    private final SimulatedGuests guests;
    private final Map<String, Instant> livingSince = new HashMap<>();
    private final Map<String, Instant> servingSince = new HashMap<>();
    private final Map<String, Instant> failingSince = new HashMap<>();
    private @Nullable String holder;
    private @Nullable Instant serviceSince;
    private Instant lastService = Instant.MIN;

    public GuestHistory(Time time, SimulatedGuests guests) {
        this.time = time;
        this.guests = guests;
    }

    /** Records which servers serve; called whenever time has passed or something has changed. */
    public void note(Set<String> servers) {
        for (var server : servers) {
            if (guests.lives(server)) {
                livingSince.putIfAbsent(server, time.now());
            } else {
                livingSince.remove(server);
            }
            if (guests.serves(server)) {
                servingSince.putIfAbsent(server, time.now());
                failingSince.remove(server);
            } else {
                servingSince.remove(server);
                failingSince.putIfAbsent(server, time.now());
            }
        }
        var serving = guests.service().orElse(null);
        if (serving == null || !serving.equals(holder)) {
            serviceSince = serving == null ? null : time.now();
        }
        holder = serving;
        lastService = serving == null ? lastService : time.now();
    }

    /** Whether its kernel has answered without interruption since before then. */
    public boolean hasLivedSince(String server, Instant then) {
        return isBefore(livingSince.get(server), then);
    }

    /** Whether it has served without interruption since before then. */
    public boolean hasServedSince(String server, Instant then) {
        return isBefore(servingSince.get(server), then);
    }

    public boolean hasFailedSince(String server, Instant then) {
        return isBefore(failingSince.get(server), then);
    }

    /** Whether the same server has answered at the floating address without interruption since before then. */
    public boolean serviceSince(Instant then) {
        return isBefore(serviceSince, then);
    }

    private static boolean isBefore(@Nullable Instant since, Instant then) {
        return since != null && since.isBefore(then);
    }

    /** Returns when any server last answered at the floating address. */
    public Instant lastService() {
        return lastService;
    }
}
