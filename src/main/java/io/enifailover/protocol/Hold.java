package io.enifailover.protocol;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * A pause of automatic moves.
 *
 * @param until  when it expires
 * @param reason why, for other people
 * @param by     who requested it
 */
public record Hold(Instant until, String reason, String by) {
    public Hold {
        requireNonNull(until, "hold.until");
        requireNonNull(reason, "hold.reason");
        requireNonNull(by, "hold.by");
    }
}
