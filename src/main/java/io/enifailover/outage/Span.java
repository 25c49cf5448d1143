package io.enifailover.outage;

/**
 * A time in which one server gave all the answers.
 *
 * @param server  the server
 * @param start   its first good answer, in nanoseconds since the recording began
 * @param end     its last good answer, in nanoseconds since the recording began
 * @param answers the number of its good answers
 */
public record Span(String server, long start, long end, int answers) {}
