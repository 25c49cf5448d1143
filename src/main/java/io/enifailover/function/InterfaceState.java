package io.enifailover.function;

/** What EC2 shows of the floating interface, perhaps a moment late. */
sealed interface InterfaceState {

    /** Attached to nothing. */
    record Available() implements InterfaceState {
        @Override
        public String toString() {
            return "available";
        }
    }

    /** Attached to an instance, or on the way there or away. */
    record Held(String attachmentId, String holder, Status status) implements InterfaceState {
        boolean on(String instanceId, Status expected) {
            return holder.equals(instanceId) && status == expected;
        }

        @Override
        public String toString() {
            return switch (status) {
                case ATTACHING -> "attaching to " + holder;
                case ATTACHED -> "attached to " + holder;
                case DETACHING -> "detaching from " + holder;
            };
        }
    }

    /** Deleted, or so new that EC2 does not show it yet. */
    record Gone() implements InterfaceState {
        @Override
        public String toString() {
            return "not found";
        }
    }

    /** Where an attachment is in its life. */
    enum Status {
        ATTACHING,
        ATTACHED,
        DETACHING
    }
}
