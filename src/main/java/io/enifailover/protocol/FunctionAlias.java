package io.enifailover.protocol;

import java.util.Arrays;

/**
 * The aliases of the function. IAM can grant access to an alias but cannot inspect an event, so each group of callers
 * has its own alias, through which the function accepts only what those callers need.
 */
public enum FunctionAlias {
    /** For operators, EventBridge, alarms and the scheduled drill. */
    LIVE("live", "orders and events of AWS"),
    /** For people with read-only access. */
    LOOK("look", Order.names(Order.Question.class, "and")),
    DEPLOY("deploy", "requests of CloudFormation"),
    REPORT_PRIMARY("report-primary", "reports and heartbeats of the primary"),
    REPORT_STANDBY("report-standby", "reports and heartbeats of the standby");

    private final String text;
    private final String accepted;

    FunctionAlias(String text, String accepted) {
        this.text = text;
        this.accepted = accepted;
    }

    public static FunctionAlias reportOf(Role role) {
        return role == Role.PRIMARY ? REPORT_PRIMARY : REPORT_STANDBY;
    }

    /**
     * Returns the alias by which the function was called.
     *
     * @param functionArn ARN by which the function was called, as Lambda reports it
     * @throws IllegalArgumentException if it was not called through an alias
     */
    public static FunctionAlias calledBy(String functionArn) {
        var qualifier = functionArn.substring(functionArn.lastIndexOf(':') + 1);
        return Arrays.stream(values())
                .filter(alias -> alias.text.equals(qualifier))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the function must be called by one of its aliases"));
    }

    public String accepted() {
        return accepted;
    }

    @Override
    public String toString() {
        return text;
    }
}
