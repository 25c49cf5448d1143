package io.enifailover.simulation;

import java.time.Duration;
import java.time.Instant;

/**
 * The clock of one host.
 *
 * @param ahead how far it is ahead of the true time at the beginning; negative if behind
 * @param drift seconds that it gains per second
 */
public record Clock(Duration ahead, double drift) {
    static final Clock TRUE = new Clock(Duration.ZERO, 0);

    public Instant at(Instant now) {
        var gained = Duration.between(Baton.START, now).toMillis() * drift;
        return now.plus(ahead).plusMillis(Math.round(gained));
    }
}
