package shop;

import io.enifailover.FailoverPair;
import io.enifailover.FailoverPairProps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;

/** Synthesizes each way to use the library into the folder that it is called with. */
public final class ShopApp {
    private ShopApp() {}

    public static void main(String[] args) throws IOException {
        var target = Path.of(args[0]);
        var app = new App(AppProps.builder()
                .outdir(target.resolve("cdk.out").toString())
                .analyticsReporting(false)
                .build());
        var env = Environment.builder()
                .account("123456789012")
                .region("eu-central-1")
                .build();

        new ShopStack(app, "Shop", StackProps.builder().env(env).build());

        var ownVpc = new Stack(app, "OwnVpc", StackProps.builder().env(env).build());
        new FailoverPair(ownVpc, "Pair", FailoverPairProps.builder().build());

        new OwnServiceStack(
                app, "OwnService", StackProps.builder().env(env).build());

        app.synth();

        Files.writeString(target.resolve("anywhere.txt"), errorOfAnEnvironmentAgnosticStack());
    }

    private static String errorOfAnEnvironmentAgnosticStack() {
        var anywhere = new Stack(new App(), "Anywhere");
        try {
            new FailoverPair(anywhere, "Pair", FailoverPairProps.builder().build());
            return "no error";
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }
}
