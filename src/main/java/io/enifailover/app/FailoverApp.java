package io.enifailover.app;

import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.StackProps;

/** Starts the CDK application. Only this class reads the context and the environment. */
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
     * @throws IllegalArgumentException with a one-line message, for a setting that is not allowed
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
     * Returns the account and Region of the caller's credentials. Without credentials it returns the account and Region used in
     * AWS's documentation, whose zones and images are in {@code cdk.context.json}, so that anyone can synthesize the template
     * without an AWS account.
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
