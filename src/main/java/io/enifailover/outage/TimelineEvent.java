package io.enifailover.outage;

import java.time.Instant;

/** Something that happened at a moment, such as {@code machine powered off}. */
public record TimelineEvent(Instant at, String label) {}
