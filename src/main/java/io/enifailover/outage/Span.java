package io.enifailover.outage;

import org.jspecify.annotations.Nullable;

/**
 * A time without interruption in which, as far as the answers tell, one server gave all of them.
 *
 * @param server  the server, or null if the answers do not name their server
 * @param start   its first good answer, in nanoseconds since the recording began
 * @param end     its last good answer, in nanoseconds since the recording began
 * @param answers the number of its good answers
 */
public record Span(@Nullable String server, long start, long end, int answers) {}
