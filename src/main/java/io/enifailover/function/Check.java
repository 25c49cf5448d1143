package io.enifailover.function;

import java.util.Locale;
import java.util.Optional;

/**
 * One thing that a failover needs, or that makes it quicker.
 *
 * @param name   what is checked, which stays the same
 * @param detail what was seen
 */
record Check(String name, State state, String detail) {

    /** What came of a check. */
    enum State {
        PASS,
        FAIL,
        UNKNOWN;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Check pass(String name, String detail) {
        return new Check(name, State.PASS, detail);
    }

    static Check fail(String name, String detail) {
        return new Check(name, State.FAIL, detail);
    }

    static Check unknown(String name, String detail) {
        return new Check(name, State.UNKNOWN, detail);
    }

    /** Fails with what stands against it, or passes. */
    static Check of(String name, Optional<String> failure, String otherwise) {
        return failure.map(why -> fail(name, why)).orElseGet(() -> pass(name, otherwise));
    }

    boolean failed() {
        return state == State.FAIL;
    }
}
