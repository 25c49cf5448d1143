package io.enifailover.protocol;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How long each step of a move may take.
 *
 * @param ofSteps whole seconds, 1 or more, for each step of {@link Step#withDeadline()}; together at most 165
 */
public record MoveDeadlines(Map<Step, Duration> ofSteps) {
    public static final Duration FUNCTION_TIMEOUT = Duration.ofMinutes(3);

    private static final Duration MOST = FUNCTION_TIMEOUT.minus(FunctionContract.RESERVE);
    private static final Duration LEAST = Duration.ofSeconds(1);
    private static final Pattern STEP = Pattern.compile("([a-z]+)=([0-9]{1,4})");

    /** @throws IllegalArgumentException with a one-line message, if a step is missing or its deadline is not allowed */
    public MoveDeadlines {
        var inOrder = new EnumMap<Step, Duration>(Step.class);
        inOrder.putAll(ofSteps);
        ofSteps = Collections.unmodifiableMap(inOrder);
        if (!ofSteps.keySet().equals(Step.withDeadline())
                || ofSteps.values().stream().anyMatch(time -> time.compareTo(LEAST) < 0 || time.compareTo(MOST) > 0)
                || sum(ofSteps).compareTo(MOST) > 0) {
            throw refused(text(ofSteps));
        }
    }

    public static MoveDeadlines ofDefaults() {
        var defaults = new EnumMap<Step, Duration>(Step.class);
        Step.withDeadline().forEach(step -> defaults.put(step, step.deadline()));
        return new MoveDeadlines(defaults);
    }

    /**
     * Returns the deadlines that the settings name, and the defaults of the other steps.
     *
     * @param named such as {@code attach=60}, each step at most once
     * @throws IllegalArgumentException with a one-line message, for anything else
     */
    public static MoveDeadlines named(List<String> named) {
        var deadlines = new EnumMap<>(ofDefaults().ofSteps());
        var missing = Step.withDeadline();
        for (var text : named) {
            var matcher = STEP.matcher(text);
            var step = matcher.matches() ? step(matcher.group(1)) : null;
            if (step == null || !missing.remove(step)) {
                throw refused(String.join(",", named));
            }
            deadlines.put(step, Duration.ofSeconds(Long.parseLong(matcher.group(2))));
        }
        return new MoveDeadlines(deadlines);
    }

    /** Returns how long this step may take. */
    public Duration of(Step step) {
        var time = ofSteps.get(step);
        if (time == null) {
            throw new IllegalArgumentException(step + " has no deadline");
        }
        return time;
    }

    public MoveDeadlines with(Step step, Duration deadline) {
        var changed = new EnumMap<>(ofSteps);
        changed.put(step, deadline);
        return new MoveDeadlines(changed);
    }

    /** Returns how long a whole move may take. */
    public Duration sum() {
        return sum(ofSteps);
    }

    /** Returns the form used in the settings and in the function's environment. */
    @Override
    public String toString() {
        return text(ofSteps);
    }

    private static @Nullable Step step(String name) {
        return Step.withDeadline().stream()
                .filter(step -> step.toString().equals(name))
                .findFirst()
                .orElse(null);
    }

    private static Duration sum(Map<Step, Duration> ofSteps) {
        return ofSteps.values().stream().reduce(Duration.ZERO, Duration::plus);
    }

    private static String text(Map<Step, Duration> ofSteps) {
        return ofSteps.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue().toSeconds())
                .collect(joining(","));
    }

    private static IllegalArgumentException refused(String got) {
        return new IllegalArgumentException(
                ("moveDeadlines must be seconds for steps, such as %s, each 1 or more and together at most %d,"
                                + " since the function ends after %d and needs %d to answer, got %s")
                        .formatted(
                                text(ofDefaults().ofSteps()),
                                MOST.toSeconds(),
                                FUNCTION_TIMEOUT.toSeconds(),
                                FunctionContract.RESERVE.toSeconds(),
                                got));
    }
}
