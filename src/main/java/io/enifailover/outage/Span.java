package io.enifailover.outage;

import org.jspecify.annotations.Nullable;

/**
 * A period without interruption in which one server gave all answers, as far as they tell.
 *
 * @param server  the server, or null if the answers do not name their server
 * @param start   its first good answer, in nanoseconds since the recording began
 * @param end     its last good answer, in nanoseconds since the recording began
 * @param answers the number of its good answers
 */
public record Span(@Nullable String server, long start, long end, int answers) {}
