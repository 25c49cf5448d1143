package io.enifailover.function;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What servers and AWS tell the function, besides CloudFormation's requests. */
sealed interface Event {

    /** What only a server of the pair may send. */
    sealed interface OfServer extends Event {
        /**
         * Longer than the function takes to start, and shorter than Lambda waits before it repeats a call that failed, a minute.
         * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
         */
        Duration FRESH = Duration.ofSeconds(15);

        /** Returns the server whose watch has sent it. */
        String observer();

        /** Returns when it was sent, by the clock of its server, or null if it does not say. */
        @Nullable
        Instant sent();

        /**
         * Whether it tells how things are now.
         *
         * @param skew how far the clock of its server is ahead
         */
        default boolean isFresh(Instant now, Duration skew) {
            var sent = sent();
            return sent != null && Duration.between(sent.minus(skew), now).abs().compareTo(FRESH) <= 0;
        }
    }

    /** A hint to reconcile; losing or repeating one is harmless. */
    sealed interface Trigger extends Event {

        /** When this holder began to fail, as far as the trigger tells. */
        default Optional<Instant> failedSince(String holder, Instant arrived) {
            return Optional.empty();
        }

        /**
         * A watch says that the floating address has not answered it, and that its own server serves.
         *
         * @param failures probes that have failed in a row
         * @param interval time from probe to probe, or zero if it does not say
         * @param sent     when, by the clock of its server, or null if it does not say: one that is not fresh only triggers an observation
         */
        record Report(
                String observer,
                int failures,
                Duration interval,
                @Nullable Instant sent) implements Trigger, OfServer {
            @Override
            public Optional<Instant> failedSince(String holder, Instant arrived) {
                return interval.isZero() || !isFresh(arrived, Duration.ZERO)
                        ? Optional.empty()
                        : Optional.of(arrived.minus(interval.multipliedBy(failures)));
            }

            @Override
            public String toString() {
                return "report of " + observer + " after " + failures + " failures";
            }
        }

        /**
         * EC2 says that an instance has changed its state.
         *
         * @param at when, by EC2's clock, or null if it does not say
         */
        record StateChange(
                String instanceId, String state, @Nullable Instant at) implements Trigger {
            @Override
            public Optional<Instant> failedSince(String holder, Instant arrived) {
                return Optional.ofNullable(at).filter(it -> instanceId.equals(holder) && it.isBefore(arrived));
            }

            @Override
            public String toString() {
                return "EC2: " + instanceId + " is " + state;
            }
        }

        /** A status check of a server fails, or passes again. */
        record StatusAlarm(String name, String state) implements Trigger {
            @Override
            public String toString() {
                return "alarm " + name + " is " + state;
            }
        }

        /** A minute has passed. */
        record Tick() implements Trigger {
            @Override
            public String toString() {
                return "schedule";
            }
        }
    }

    /**
     * A watch says that it is there. Nothing follows from it but a line in the record.
     *
     * @param observer its server
     * @param version  of the server's first boot
     * @param sent     when, by the clock of its server
     * @param driver   version of the server's ENA driver, or empty
     */
    record Heartbeat(String observer, String version, Instant sent, String driver, String failedUnits)
            implements OfServer {}
}
