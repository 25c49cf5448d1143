package io.enifailover.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the application as the command line runs it, in a process of its own. */
class FailoverAppTest {
    @TempDir
    Path output;

    @Test
    void refusesABadSettingWithOneLineAndNoTemplate() throws Exception {
        assertThat(run(Map.of("CDK_CONTEXT_JSON", "{\"floatingAdress\": \"10.0.0.25\"}")))
                .isEqualTo(
                        "unknown setting floatingAdress, did you mean floatingAddress? allowed: vpcCidr, zone,"
                                + " instanceType, floatingAddress, clientCidrs, notificationEmail, holder, probeInterval,"
                                + " failureThreshold, coolDown, flapLimit, failback, fencing, moveDeadlines, drill,"
                                + " primaryGeneration, standbyGeneration, serviceName, ports, healthCheck, standbyCheck, install, serviceUnits, image, rootVolume, rootDevice\nexit 1");
        assertThat(output).isEmptyDirectory();
    }

    @Test
    void usesTheAccountOfTheCredentialsWhenThereAreAny() {
        var stack = FailoverApp.define(
                Synthesis.app(Map.of()),
                Map.of("CDK_DEFAULT_ACCOUNT", "210987654321", "CDK_DEFAULT_REGION", "eu-central-1"));

        assertThat(stack.getAccount()).isEqualTo("210987654321");
        assertThat(stack.getRegion()).isEqualTo("eu-central-1");
    }

    @Test
    void usesTheDocumentedAccountWhenThereAreNone() {
        var stack = FailoverApp.define(Synthesis.app(Map.of()), Map.of("CDK_DEFAULT_REGION", "eu-central-1"));

        assertThat(stack.getAccount()).isEqualTo("123456789012");
        assertThat(stack.getRegion()).isEqualTo("us-east-1");
    }

    private String run(Map<String, String> environment) throws Exception {
        var builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        FailoverApp.class.getName())
                .redirectErrorStream(true);
        builder.environment().put("CDK_OUTDIR", output.toString());
        builder.environment().putAll(environment);
        var process = builder.start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8) + "exit "
                + process.waitFor();
    }
}
