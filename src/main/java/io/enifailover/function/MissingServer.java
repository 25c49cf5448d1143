package io.enifailover.function;

import io.enifailover.protocol.Role;

/**
 * A role of the pair without a server: its instance was terminated.
 *
 * <p>CloudFormation does not detect that, and does not replace the server while the template stays the same.
 */
record MissingServer(Role role) {

    /** Returns what a person has to do. */
    String remedy() {
        return ("rebuild it: deploy with -c %sGeneration=N, where N is one more than it is now (the default is 1);"
                        + " see \"Rebuild a server\" in docs/operations.md")
                .formatted(role);
    }

    @Override
    public String toString() {
        return "the " + role + " does not exist";
    }
}
