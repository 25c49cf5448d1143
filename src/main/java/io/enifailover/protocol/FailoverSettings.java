package io.enifailover.protocol;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When and how the controller moves the interface without an order; everything has a default.
 *
 * @param coolDown      pause after a move before the next automatic one, 0 to 3600 seconds; default 60
 * @param flapLimit     automatic moves within an hour after which only an order moves, 1 to 60; default 3
 * @param failbackAfter how long the primary must be ready before the interface moves back to it, 1 to 1440 minutes, or
 *                      null for no automatic failback, the default
 * @param fencing       what happens to the old holder; default nothing
 * @param deadlines     how long each step of a move may take
 */
@RecordBuilder
public record FailoverSettings(
        Duration coolDown, int flapLimit, @Nullable Duration failbackAfter, Fencing fencing, MoveDeadlines deadlines)
        implements FailoverSettingsBuilder.With {

    private static final String COOL_DOWN = "COOL_DOWN";
    private static final String FLAP_LIMIT = "FLAP_LIMIT";
    private static final String FAILBACK_AFTER = "FAILBACK_AFTER";
    private static final String MOVE_DEADLINES = "MOVE_DEADLINES";
    private static final String FENCING = "FENCING";

    public FailoverSettings {
        if (coolDown.isNegative() || coolDown.toSeconds() > 3600) {
            throw new IllegalArgumentException("coolDown must be 0 to 3600 seconds, got " + coolDown.toSeconds());
        }
        if (flapLimit < 1 || flapLimit > 60) {
            throw new IllegalArgumentException("flapLimit must be 1 to 60, got " + flapLimit);
        }
        if (failbackAfter != null && (failbackAfter.toMinutes() < 1 || failbackAfter.toMinutes() > 1440)) {
            throw new IllegalArgumentException(
                    "failback must be manual or 1 to 1440 minutes, got " + failbackAfter.toMinutes());
        }
    }

    /**
     * Reads what {@link #toEnvironment()} has written.
     *
     * @throws IllegalArgumentException with a one-line message, for a variable that is missing or invalid
     */
    public static FailoverSettings fromEnvironment(Map<String, String> environment) {
        var failback = environment.get(FAILBACK_AFTER);
        return new FailoverSettings(
                Duration.parse(required(environment, COOL_DOWN)),
                Integer.parseInt(required(environment, FLAP_LIMIT)),
                failback == null ? null : Duration.parse(failback),
                Fencing.named(FENCING, required(environment, FENCING)),
                MoveDeadlines.named(
                        List.of(required(environment, MOVE_DEADLINES).split(","))));
    }

    /** Returns these settings as variables of the function's environment. */
    public Map<String, String> toEnvironment() {
        var environment = new LinkedHashMap<String, String>();
        environment.put(COOL_DOWN, coolDown.toString());
        environment.put(FLAP_LIMIT, String.valueOf(flapLimit));
        if (failbackAfter != null) {
            environment.put(FAILBACK_AFTER, failbackAfter.toString());
        }
        environment.put(MOVE_DEADLINES, deadlines.toString());
        environment.put(FENCING, fencing.toString());
        return environment;
    }

    static String required(Map<String, String> environment, String name) {
        var value = environment.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " must be set, got nothing");
        }
        return value;
    }

    public static FailoverSettings ofDefaults() {
        return builder().build();
    }

    public static FailoverSettingsBuilder builder() {
        return FailoverSettingsBuilder.builder()
                .coolDown(Duration.ofMinutes(1))
                .flapLimit(3)
                .fencing(Fencing.NONE)
                .deadlines(MoveDeadlines.ofDefaults());
    }
}
