package io.enifailover.app;

import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.StackProps;

/** Starts the CDK application: the only place that reads context and environment. */
public final class FailoverApp {
    private FailoverApp() {}

    public static void main(String[] args) {
        var app = new App();
        try {
            define(app, System.getenv());
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
        app.synth();
    }

    /**
     * Adds the stack to the application.
     *
     * @throws IllegalArgumentException for a setting that is not allowed, in one line
     */
    @SuppressWarnings("unchecked")
    static FailoverStack define(App app, Map<String, String> variables) {
        return new FailoverStack(
                app,
                "EniFailover",
                StackProps.builder()
                        .env(environment(variables))
                        .description("Two EC2 servers that share one floating network interface")
                        .build(),
                Settings.from((Map<String, Object>) app.getNode().getAllContext()));
    }

    /**
     * Returns account and Region of the caller's credentials, or without any those of AWS's documentation, whose zones
     * and images stand in {@code cdk.context.json}: so the template can be read before there is an account.
     */
    private static Environment environment(Map<String, String> variables) {
        var account = variables.get("CDK_DEFAULT_ACCOUNT");
        return account == null
                ? Environment.builder()
                        .account("123456789012")
                        .region("us-east-1")
                        .build()
                : Environment.builder()
                        .account(account)
                        .region(variables.get("CDK_DEFAULT_REGION"))
                        .build();
    }
}
