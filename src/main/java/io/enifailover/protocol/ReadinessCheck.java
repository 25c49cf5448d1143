package io.enifailover.protocol;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Optional;

/**
 * A check of something that a failover needs, or that makes it faster.
 *
 * @param name   what is checked, independent of the result
 * @param state  its result
 * @param detail what was seen
 */
public record ReadinessCheck(String name, CheckState state, String detail) {
    public ReadinessCheck {
        requireNonNull(name, "check.name");
        requireNonNull(state, "check.state");
        detail = detail == null ? "" : detail;
    }

    /** The result of a check. */
    public enum CheckState {
        PASS,
        FAIL,
        UNKNOWN;

        /** Returns its name in JSON. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static ReadinessCheck pass(String name, String detail) {
        return new ReadinessCheck(name, CheckState.PASS, detail);
    }

    public static ReadinessCheck fail(String name, String detail) {
        return new ReadinessCheck(name, CheckState.FAIL, detail);
    }

    public static ReadinessCheck unknown(String name, String detail) {
        return new ReadinessCheck(name, CheckState.UNKNOWN, detail);
    }

    /**
     * Returns a failed check if there is a failure, otherwise a passed one.
     *
     * @param failure   detail of the failed check, or empty
     * @param otherwise detail of the passed check
     */
    public static ReadinessCheck of(String name, Optional<String> failure, String otherwise) {
        return failure.map(why -> fail(name, why)).orElseGet(() -> pass(name, otherwise));
    }

    public boolean passed() {
        return state == CheckState.PASS;
    }

    public boolean failed() {
        return state == CheckState.FAIL;
    }
}
