package io.enifailover.protocol;

import java.util.Arrays;

/**
 * The names by which the function may be called. IAM can grant a name but cannot look into an event, so each group of callers
 * has a name of its own, and the function accepts by that name only what those callers need.
 */
public enum FunctionAlias {
    /** For operators, EventBridge, alarms and the scheduled drill. */
    LIVE("live", "orders and events of AWS"),
    /** For people who may only look: nothing moves and nothing changes. */
    LOOK("look", Order.names(Order.Question.class, "and")),
    /** For CloudFormation. */
    DEPLOY("deploy", "requests of CloudFormation"),
    /** For the primary. */
    REPORT_PRIMARY("report-primary", "reports and heartbeats of the primary"),
    /** For the standby. */
    REPORT_STANDBY("report-standby", "reports and heartbeats of the standby");

    private final String text;
    private final String accepted;

    FunctionAlias(String text, String accepted) {
        this.text = text;
        this.accepted = accepted;
    }

    /** Returns the name by which the server of that role reports. */
    public static FunctionAlias reportOf(Role role) {
        return role == Role.PRIMARY ? REPORT_PRIMARY : REPORT_STANDBY;
    }

    /**
     * Returns the alias by which the function was called.
     *
     * @param functionArn as Lambda says that the function was called
     * @throws IllegalArgumentException if it was called by its own name or by a version
     */
    public static FunctionAlias calledBy(String functionArn) {
        var qualifier = functionArn.substring(functionArn.lastIndexOf(':') + 1);
        return Arrays.stream(values())
                .filter(alias -> alias.text.equals(qualifier))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the function must be called by one of its aliases"));
    }

    /** Returns what it accepts, in words. */
    public String accepted() {
        return accepted;
    }

    /** Returns the name itself. */
    @Override
    public String toString() {
        return text;
    }
}
