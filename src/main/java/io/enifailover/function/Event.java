package io.enifailover.function;

import io.enifailover.protocol.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the function is called with, besides CloudFormation's requests. */
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

    /** An order that changes nothing. */
    sealed interface Question extends Order {}

    /** Something that says "look": what to do follows from what is seen, so that none is needed and none does harm twice. */
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
         * @param sent     when, by the clock of its server, or null if it does not say: one that is not fresh is only a reason to look
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
    record Heartbeat(String observer, String version, Instant sent, String driver) implements OfServer {}

    /** What an operator asks for, and gets an answer to. */
    sealed interface Order extends Event {

        /**
         * Moves the interface.
         *
         * @param to role of the server, or null for the other one
         * @param by who asks
         * @param dryRun whether only to say what would be done
         */
        record Switchover(@Nullable Role to, String by, boolean dryRun) implements Order {}

        /**
         * Pauses all moves but ordered ones.
         *
         * @param duration until it ends by itself, one minute to 30 days
         */
        record Pause(Duration duration, String reason, String by) implements Order {}

        /** Ends a pause. */
        record Release(String by) implements Order {}

        /** Asks who holds the interface, who could, and what happened. */
        record StatusQuery() implements Question {}

        /**
         * Asks what happened.
         *
         * @param most how many moves at most, 1 to 1000
         */
        record HistoryQuery(int most) implements Question {}

        /** Asks whether a failover would work. */
        record PreflightQuery() implements Question {}

        /** Moves the interface to the server that does not hold it, if a failover would work. */
        record Rehearsal() implements Order {}
    }
}
