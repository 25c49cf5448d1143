package io.enifailover.controller;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the function is called with, besides CloudFormation's requests. */
sealed interface Event {

    /** Something that says "look": what to do follows from what is seen, so that none is needed and none does harm twice. */
    sealed interface Trigger extends Event {

        /** A watch says that the floating address has not answered it, and that its own server serves. */
        record Report(String observer, int failures) implements Trigger {
            @Override
            public String toString() {
                return "report of " + observer + " after " + failures + " failures";
            }
        }

        /** EC2 says that an instance has changed its state. */
        record StateChange(String instanceId, String state) implements Trigger {
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

    /** What an operator asks for, and gets an answer to. */
    sealed interface Order extends Event {

        /**
         * Moves the interface.
         *
         * @param to role of the server, or null for the other one
         * @param by who asks
         */
        record Switchover(@Nullable Role to, String by) implements Order {}

        /**
         * Pauses all moves but ordered ones.
         *
         * @param duration until it ends by itself, one minute to 30 days
         */
        record Pause(Duration duration, String reason, String by) implements Order {}

        /** Ends a pause. */
        record Release(String by) implements Order {}

        /** Asks who holds the interface, who could, and what happened. */
        record Status() implements Order {}

        /** Asks whether a failover would work. */
        record Preflight() implements Order {}
    }
}
