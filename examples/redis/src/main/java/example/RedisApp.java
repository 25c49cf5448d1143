package example;

import software.amazon.awscdk.App;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.StackProps;

/** The CDK application, in the account and the Region of the caller's credentials. */
public final class RedisApp {
    private RedisApp() {}

    public static void main(String[] args) {
        var app = new App();
        var env = Environment.builder()
                .account(System.getenv("CDK_DEFAULT_ACCOUNT"))
                .region(System.getenv("CDK_DEFAULT_REGION"))
                .build();
        new RedisStack(app, "Redis", StackProps.builder().env(env).build());
        app.synth();
    }
}
