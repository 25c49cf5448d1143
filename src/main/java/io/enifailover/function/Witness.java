package io.enifailover.function;

import org.jspecify.annotations.Nullable;

/** Probes an endpoint from outside the pair, over the path that clients use. */
public interface Witness {
    ProbeResult probe();

    /** What came back from the address. */
    enum Reaction {
        /** Nothing at all: the machine is down, hangs, or cannot be reached. */
        SILENCE,
        /** Its kernel refused the connection: nothing listens there. */
        REFUSAL,
        /** A connection at least, so its kernel is alive. */
        CONNECTION
    }

    /**
     * The outcome of one probe.
     *
     * @param passed   whether the health check passed
     * @param servedBy the instance that the answer names, or null if it names none
     * @param message  the same as text, such as {@code HTTP 502}
     */
    record ProbeResult(boolean passed, @Nullable String servedBy, String message, Reaction reaction) {
        public static ProbeResult passed(@Nullable String servedBy, String message) {
            return new ProbeResult(true, servedBy, message, Reaction.CONNECTION);
        }

        public static ProbeResult failed(String message, Reaction reaction) {
            return new ProbeResult(false, null, message, reaction);
        }

        /**
         * Whether this server serves: the check passed, and the answer names this server or none. An address belongs to one
         * server only, so an answer without a name comes from the server that has the address.
         */
        public boolean provesThatServes(String server) {
            return passed && (servedBy == null || servedBy.equals(server));
        }
    }
}
