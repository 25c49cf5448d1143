package io.enifailover.function;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An event that servers or AWS send to the function, other than CloudFormation's requests. */
sealed interface Event {

    /** An event that only a server of the pair may send. */
    sealed interface OfServer extends Event {
        /**
         * Longer than the function takes to start, and shorter than the minute that Lambda waits before it repeats a failed call.
         * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
         */
        Duration FRESH = Duration.ofSeconds(15);

        String observer();

        /** Returns when it was sent, by the clock of its server, or null if it has no time. */
        @Nullable
        Instant sent();

        /**
         * Whether it was sent recently enough to describe the present state.
         *
         * @param skew by how much the clock of its server is ahead
         */
        default boolean isFresh(Instant now, Duration skew) {
            var sent = sent();
            return sent != null && Duration.between(sent.minus(skew), now).abs().compareTo(FRESH) <= 0;
        }
    }

    /** A hint to reconcile; losing or repeating one is harmless. */
    sealed interface Trigger extends Event {

        /** Returns when this holder began to fail, if the trigger shows that. */
        default Optional<Instant> failedSince(String holder, Instant arrived) {
            return Optional.empty();
        }

        /**
         * A watch reports that its probes of the floating address failed, and that its own server serves.
         *
         * @param failures probes that have failed in a row
         * @param failure how the last of them failed, as {@code health-check.sh} names it, or empty if unknown
         * @param failingFor time since the first of these probes began, or zero if unknown
         * @param sent     when, by the clock of its server, or null if unknown; an old report only triggers an observation
         */
        record Report(
                String observer,
                int failures,
                String failure,
                Duration failingFor,
                @Nullable Instant sent) implements Trigger, OfServer {
            @Override
            public Optional<Instant> failedSince(String holder, Instant arrived) {
                return failingFor.isZero() || !isFresh(arrived, Duration.ZERO)
                        ? Optional.empty()
                        : Optional.of(arrived.minus(failingFor));
            }

            @Override
            public String toString() {
                var last = failure.isEmpty() ? "" : " (" + failure + ")";
                return "report of " + observer + " after " + failures + " failures" + last;
            }
        }

        /**
         * EC2 reports that an instance has changed its state.
         *
         * @param at when, by EC2's clock, or null if unknown
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

        record Tick() implements Trigger {
            @Override
            public String toString() {
                return "schedule";
            }
        }
    }

    /**
     * The sign of life of a watch. The function only records it.
     *
     * @param observer its server
     * @param version  identifies the user data of the server's first boot
     * @param sent     when, by the clock of its server
     * @param driver   version of the server's ENA driver, or empty
     * @param failedUnits units of failover-active.target that have failed there, with spaces between them, or empty
     */
    record Heartbeat(String observer, String version, Instant sent, String driver, String failedUnits)
            implements OfServer {}
}
