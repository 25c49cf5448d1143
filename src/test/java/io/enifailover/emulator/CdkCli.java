package io.enifailover.emulator;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The real CDK CLI, with the emulator for its AWS. */
public final class CdkCli {
    public static final String VERSION = System.getProperty("cdk.cli.version", "unknown");

    private static final int LAST_LINES = 15;

    private final URI endpoint;

    public CdkCli(URI endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * Runs one command, shows what it prints as it comes, and returns it.
     *
     * @throws IllegalStateException with the last lines of that, if the command fails
     */
    public String run(String... arguments) throws IOException, InterruptedException {
        var command = Stream.concat(
                        Stream.of("npx", "-y", "aws-cdk@" + VERSION, "--ci", "--no-color", "--no-notices"),
                        Stream.of(arguments))
                .toList();
        System.out.println("$ " + String.join(" ", command));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        // Nothing of a developer's own account may reach the CLI.
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        builder.environment().putAll(environment());
        var process = builder.start();
        process.getOutputStream().close();
        List<String> output = new ArrayList<>();
        try (var reader = process.inputReader()) {
            for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                System.out.println("  " + line);
                output.add(line);
            }
        }
        if (process.waitFor() != 0) {
            var last = output.subList(Math.max(0, output.size() - LAST_LINES), output.size());
            throw new IllegalStateException("cdk %s:%n%s".formatted(arguments[0], String.join("\n", last)));
        }
        return String.join("\n", output);
    }

    private Map<String, String> environment() {
        return Map.ofEntries(
                Map.entry("AWS_ENDPOINT_URL", endpoint.toString()),
                Map.entry("AWS_ACCESS_KEY_ID", "test"),
                Map.entry("AWS_SECRET_ACCESS_KEY", "test"),
                Map.entry("AWS_REGION", "us-east-1"),
                Map.entry("AWS_EC2_METADATA_DISABLED", "true"),
                // The template's own tests validate it, and this takes seconds at each deployment.
                Map.entry("CDK_VALIDATION", "false"),
                Map.entry("CDK_DISABLE_CLI_TELEMETRY", "true"),
                Map.entry("NODE_NO_WARNINGS", "1"),
                Map.entry("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20"));
    }
}
