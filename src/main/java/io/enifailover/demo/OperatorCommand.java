package io.enifailover.demo;

import io.enifailover.outage.Recording;
import io.enifailover.outage.TimelineEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The operator's command, as the demonstration uses it. */
public interface OperatorCommand {
    /** What the command finds instead of AWS. */
    interface Account {
        Instant now();

        String invoke(String alias, String payload);

        /** Returns what the function has printed, oldest first. */
        List<Printed> log();
    }

    record Printed(Instant at, String text) {}

    /** Runs a command, and returns what it prints, with ANSI's codes for colours. */
    String run(Account account, String... words);

    /**
     * Returns the report page of a run.
     *
     * @param roles   role of each server, by its id
     * @param history the function's answer to the order for its history
     */
    String report(Recording recording, List<TimelineEvent> events, Map<String, String> roles, String history);
}
