package io.enifailover.protocol;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The steps of a failover, in order; the duration of each is a metric and a field of the history. */
public enum Step {
    /** From the first failure until the function was called. */
    DETECT(null),
    /** From there until the move began. */
    DECIDE(null),
    /** A first observation of the interface. */
    OBSERVE(null),
    /** Until EC2 shows the interface as free, or the detach is forced. */
    DETACH(15),
    /** From there until the old holder is stopped. */
    FORCE(15),
    /** Until the old holder has stopped, or has released the interface while it is being stopped. */
    STOP(40),
    /** Until EC2 shows the interface as attached. */
    ATTACH(30),
    /** Until the new holder answers. */
    SERVE(30);

    private final @Nullable Duration deadline;

    Step(@Nullable Integer seconds) {
        deadline = seconds == null ? null : Duration.ofSeconds(seconds);
    }

    public static Set<Step> withDeadline() {
        var steps = EnumSet.allOf(Step.class);
        steps.removeIf(step -> !step.hasDeadline());
        return steps;
    }

    public boolean hasDeadline() {
        return deadline != null;
    }

    /** Whether it waits for the new holder, which may be the cause if the step misses its deadline. */
    public boolean waitsForNewHolder() {
        return compareTo(ATTACH) >= 0;
    }

    /**
     * Returns the default deadline.
     *
     * @throws IllegalStateException for a step that has none
     */
    public Duration deadline() {
        if (deadline == null) {
            throw new IllegalStateException(this + " has no deadline");
        }
        return deadline;
    }

    public String metric() {
        return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT) + "Time";
    }

    /** Returns its name in settings, record and history. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
