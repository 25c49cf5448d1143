package io.enifailover.cdk.server;

import static java.util.stream.Collectors.joining;

import io.enifailover.protocol.HealthCheck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import software.amazon.awscdk.CfnElement;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.Instance;
import software.amazon.awscdk.services.lambda.IAlias;

/**
 * The script of a server's first boot: {@code user-data.sh} with the values of this pair, which fetches {@link ServerFiles}.
 *
 * <p>The placeholders {@code {{cannotChange}}} and {@code {{environment}}} stand for the components. Each value is
 * quoted here as one shell word, so that nothing in it can run as a command.
 *
 * @param cannotChange properties whose change requires a new server
 * @param environment  variables of the script, the files that it fetches, the watch and the service
 */
record FirstBoot(String cannotChange, Map<String, String> environment) {
    /** EC2's limit, before the encoding. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html */
    private static final int MOST_BYTES = 16 * 1024;

    FirstBoot(ServerInstanceProps props, Instance instance) {
        this(cannotChange(props, instance), environment(props, instance));
    }

    private static Map<String, String> environment(ServerInstanceProps props, Instance instance) {
        var floating = props.floating();
        var health = floating.witnessed().check();
        var standby = floating.witnessed().standbyCheck();
        // While another server holds the interface, the standby check applies to this one.
        var own = standby == null ? health : standby;
        var environment = new LinkedHashMap<String, String>();
        environment.put("ROLE", props.role().toString());
        environment.put("INTERFACE_ID", floating.interfaceId());
        environment.put("FLOATING_ADDRESS", floating.privateAddress());
        environment.put("FLOATING_HEALTH", health.urlAt(floating.privateAddress()));
        environment.put("FLOATING_STATUSES", health.statuses().toString());
        environment.put("OWN_HEALTH", standby == null ? "none" : standby.urlAt("127.0.0.1"));
        environment.put("OWN_STATUSES", own.statuses().toString());
        environment.put("SERVED_BY", HealthCheck.SERVED_BY);
        environment.putAll(props.probes().toEnvironment());
        environment.put("SERVICE_UNITS", String.join(" ", props.units()));
        environment.put("FILES_URL", props.files().url());
        environment.put("VERSION", version(props.files().hash()));
        environment.put("FUNCTION", functionName(props.controller()));
        environment.put("QUALIFIER", props.controller().getAliasName());
        environment.put("ACCOUNT", Stack.of(instance).getAccount());
        environment.put("REGION", Stack.of(instance).getRegion());
        environment.put("STACK", Stack.of(instance).getStackName());
        environment.put("RESOURCE", ((CfnElement) instance.getNode().getDefaultChild()).getLogicalId());
        return environment;
    }

    /**
     * Returns what CloudFormation can change only by stopping this server or by replacing it under its logical id. The
     * user data contains all of it, and the logical id is derived from the user data, so a change makes a new server
     * with its own resources. The interface's identity contains zone and subnet.
     */
    private static String cannotChange(ServerInstanceProps props, Instance instance) {
        return String.join(
                " ",
                props.instanceType().toString(),
                Objects.requireNonNull(instance.getInstance().getImageId()),
                props.floating().identity(),
                "volume " + props.rootVolume() + " " + props.rootDevice(),
                "generation " + props.generation());
    }

    /**
     * Returns the script without its first line.
     *
     * @throws IllegalStateException if it is longer than EC2 allows
     */
    String script() {
        // The environment last, because only its values come from outside: no placeholder in them is filled.
        var script = resource("user-data.sh")
                .replace("{{cannotChange}}", quoted(cannotChange))
                .replace("{{environment}}", assignments());
        var bytes = script.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MOST_BYTES) {
            throw new IllegalStateException("user data must be at most " + MOST_BYTES + " bytes, got " + bytes);
        }
        return script;
    }

    /**
     * Returns a version of what both servers of a pair have in common: the script and the files that it fetches,
     * without the values.
     *
     * @param files hash of the files
     */
    static String version(String files) {
        try {
            var digest = MessageDigest.getInstance("SHA-256")
                    .digest((resource("user-data.sh") + files).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the environment in a form that both a shell and systemd read. */
    private String assignments() {
        return environment.entrySet().stream()
                .map(variable -> variable.getKey() + "=" + quoted(variable.getValue()))
                .collect(joining("\n"));
    }

    /** Returns the name, not the ARN: curl would sign the colons wrongly. */
    private static String functionName(IAlias alias) {
        return alias.getVersion().getLambda().getFunctionName();
    }

    /** Quotes a value as one word of POSIX shell. */
    static String quoted(String value) {
        return "'" + value.replace("'", "'\\''") + "'";
    }

    static String resource(String name) {
        try (var file = Objects.requireNonNull(FirstBoot.class.getResourceAsStream(name), name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
