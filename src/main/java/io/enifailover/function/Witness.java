package io.enifailover.function;

import org.jspecify.annotations.Nullable;

/** Looks at the service from outside, on the path that clients use. */
interface Witness {
    Sight look();

    /**
     * What one look showed.
     *
     * @param servedBy the instance that answered with success, or null
     * @param message the same for a person, such as {@code HTTP 502}
     */
    record Sight(@Nullable String servedBy, String message) {}
}
