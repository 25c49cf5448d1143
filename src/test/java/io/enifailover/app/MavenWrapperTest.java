package io.enifailover.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts that build the project first, in a checkout whose Maven and Java only note how they are called. */
class MavenWrapperTest {
    @TempDir
    private Path checkout;

    private Path installed;

    @BeforeEach
    void checkOut() throws IOException {
        installed = Files.createDirectory(checkout.resolve("installed"));
        for (var file : List.of("pom.xml", "failover", "src/main/cdk/synth.mjs")) {
            Files.createDirectories(checkout.resolve(file).getParent());
            Files.copy(Path.of(file), checkout.resolve(file));
        }
        for (var tool : List.of("sh", "dirname", "find", "grep", "head", "mkdir", "sleep", "touch", "node")) {
            script(installed.resolve(tool), "exec " + find(tool) + " \"$@\"\n");
        }
        script(installed.resolve("java"), "");
        maven(checkout.resolve("mvnw"));
    }

    @ParameterizedTest
    @CsvSource({
        "sh failover, mvnw -B -Dunchecked -f pom.xml process-classes",
        "node src/main/cdk/synth.mjs, mvnw -B -Dunchecked process-classes"
    })
    @Execution(ExecutionMode.CONCURRENT)
    void buildWithTheWrapperWhereNoMavenIsInstalled(String command, String build) throws Exception {
        assertThat(run(command)).isEqualTo(build + "\n");
    }

    @ParameterizedTest
    @CsvSource({
        "sh failover, mvn -B -Dunchecked -f pom.xml process-classes",
        "node src/main/cdk/synth.mjs, mvn -B -Dunchecked process-classes"
    })
    @Execution(ExecutionMode.CONCURRENT)
    void buildWithTheInstalledMaven(String command, String build) throws Exception {
        maven(installed.resolve("mvn"));

        assertThat(run(command)).isEqualTo(build + "\n");
    }

    /** A build that takes longer than five seconds. */
    @ParameterizedTest
    @CsvSource({
        "sh failover, ' s: 1 files downloaded'",
        "node src/main/cdk/synth.mjs, ' s: downloading, 1 files downloaded'"
    })
    @Execution(ExecutionMode.CONCURRENT)
    void showHowFarTheBuildIs(String command, String progress) throws Exception {
        script(checkout.resolve("mvnw"), """
                echo '[INFO] Downloaded from central: https://repo.maven.apache.org/maven2/a.pom (1 kB at 2 kB/s)'
                sleep 6
                mkdir -p target
                touch target/app.args target/failover.jar
                """);

        assertThat(printed(command, 0)).startsWith("Building the ").contains(progress);
    }

    /** Where the template is validated, that takes longer than five seconds, too. */
    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void showThatTheTemplateIsValidated() throws Exception {
        script(installed.resolve("java"), "sleep 6\n");

        assertThat(printed("node src/main/cdk/synth.mjs", 0)).contains(" s: synthesizing and validating the template");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void failWhereTheApplicationFails() throws Exception {
        script(installed.resolve("java"), "exit 3\n");

        printed("node src/main/cdk/synth.mjs", 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sh failover", "node src/main/cdk/synth.mjs"})
    @Execution(ExecutionMode.CONCURRENT)
    void showWhyTheBuildHasFailed(String command) throws Exception {
        script(checkout.resolve("mvnw"), "echo '[INFO] much'\necho '[ERROR] no such release: 99'\nexit 1\n");

        assertThat(printed(command, 1)).contains("[ERROR] no such release: 99").doesNotContain("[INFO]");
    }

    /** Returns how Maven was called, with paths as seen from the checkout. */
    private String run(String command) throws Exception {
        printed(command, 0);
        return Files.readString(checkout.resolve("builds")).replace(checkout + File.separator, "");
    }

    private String printed(String command, int status) throws Exception {
        var builder = new ProcessBuilder(command.split(" ")).directory(checkout.toFile());
        builder.environment().put("PATH", installed.toString());
        builder.command().set(0, find(builder.command().get(0)).toString());
        var process = builder.redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);

        assertThat(process.waitFor()).as(output).isEqualTo(status);
        return output;
    }

    private void maven(Path file) throws IOException {
        script(file, """
                echo "${0##*/} $*" >>builds
                mkdir -p target
                touch target/failover.jar target/app.args
                """);
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private static Path find(String tool) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError(tool + " is not installed"));
    }
}
