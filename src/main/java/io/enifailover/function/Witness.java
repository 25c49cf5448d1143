package io.enifailover.function;

import org.jspecify.annotations.Nullable;

/** Looks at the service from outside, on the path that clients use. */
interface Witness {
    Sight look();

    /**
     * What one look showed.
     *
     * @param passed   whether the health check passed
     * @param servedBy the instance that the answer names, or null if it names none
     * @param message  the same for a person, such as {@code HTTP 502}
     */
    record Sight(boolean passed, @Nullable String servedBy, String message) {
        static Sight passed(@Nullable String servedBy, String message) {
            return new Sight(true, servedBy, message);
        }

        static Sight failed(String message) {
            return new Sight(false, null, message);
        }

        /**
         * Whether this server serves: the check passed, and the answer names it or nobody. Only one server has an address, so an
         * answer without a name is that of the server to which the address belongs.
         */
        boolean provesThatServes(String server) {
            return passed && (servedBy == null || servedBy.equals(server));
        }
    }
}
