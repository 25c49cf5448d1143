package io.enifailover.function;

/** The state of the floating interface as EC2 shows it, which may be slightly out of date. */
sealed interface InterfaceState {

    record Available() implements InterfaceState {
        @Override
        public String toString() {
            return "available";
        }
    }

    /** Attached to an instance, or being attached or detached. */
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

    enum Status {
        ATTACHING,
        ATTACHED,
        DETACHING
    }
}
