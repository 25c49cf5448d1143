package io.enifailover.outage;

import java.time.Duration;
import java.time.Instant;

/** A phase of a move as the controller recorded it, such as {@code detach}. */
public record Phase(String name, Instant start, Duration length) {}
