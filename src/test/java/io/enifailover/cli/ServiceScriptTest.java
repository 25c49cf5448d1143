package io.enifailover.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script of the drills, in a real shell with another systemctl. */
class ServiceScriptTest {
    @TempDir
    private Path folder;

    private Path environment;
    private Path log;

    @BeforeEach
    void pretend() throws IOException {
        environment = folder.resolve("environment");
        log = Files.createFile(folder.resolve("log"));
        Files.writeString(environment, "SERVICE_UNITS='app proxy'\n");
        // It notes what it changes. The units that run are in the file "running", the parts of the target in "parts".
        pretend("systemctl", """
                case "$*" in
                *PartOf*) grep -qx "$3" parts && echo "PartOf=failover-active.target" || echo PartOf= ;;
                *is-active*) grep -qx "$3" running ;;
                *) echo "systemctl $*" >>log ;;
                esac
                """);
        // What it schedules is done at once.
        pretend("systemd-run", """
                echo "systemd-run $1 $2 $3" >>log
                export "${4#--setenv=}"
                shift 4
                "$@"
                """);
        Files.writeString(folder.resolve("parts"), "");
        Files.writeString(folder.resolve("running"), "app\nproxy\n");
    }

    @Test
    void schedulesTheStartBeforeItStopsTheUnits() throws Exception {
        assertThat(run("stop")).isEqualTo("exit 0\n");

        assertThat(done())
                .containsExactly(
                        "systemd-run --quiet --collect --on-active=300",
                        "systemctl start app",
                        "systemctl start proxy",
                        "systemctl stop app proxy");
    }

    @Test
    void schedulesTheThawBeforeItFreezesTheUnits() throws Exception {
        assertThat(run("freeze")).isEqualTo("exit 0\n");

        assertThat(done())
                .containsExactly(
                        "systemd-run --quiet --collect --on-active=300",
                        "systemctl thaw app",
                        "systemctl thaw proxy",
                        "systemctl freeze app proxy");
    }

    @Test
    void startsTheUnits() throws Exception {
        assertThat(run("start")).isEqualTo("exit 0\n");

        assertThat(done()).containsExactly("systemctl start app", "systemctl start proxy");
    }

    /** Two active servers might do harm. */
    @Test
    void startsNoUnitOfTheActiveServerOnAServerThatIsNot() throws Exception {
        Files.writeString(folder.resolve("parts"), "app\n");

        assertThat(run("start")).isEqualTo("exit 0\n");
        assertThat(done()).containsExactly("systemctl start proxy");

        Files.writeString(folder.resolve("running"), "failover-active.target\n");
        assertThat(run("start")).isEqualTo("exit 0\n");
        assertThat(done()).endsWith("systemctl start app", "systemctl start proxy");
    }

    @Test
    void thawsOnlyWhatRuns() throws Exception {
        Files.writeString(folder.resolve("running"), "proxy\n");

        assertThat(run("thaw")).isEqualTo("exit 0\n");

        assertThat(done()).containsExactly("systemctl thaw proxy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SERVICE_UNITS=''\n"})
    void doesNothingToAServerThatDoesNotNameTheUnits(String content) throws Exception {
        Files.writeString(environment, content);

        for (var action : List.of("stop", "freeze")) {
            assertThat(run(action))
                    .isEqualTo(
                            environment + " on this server names no SERVICE_UNITS, so it is not known which units are"
                                    + " the service\nexit 3\n");
        }

        assertThat(done()).isEmpty();
    }

    private List<String> done() throws IOException {
        return Files.readAllLines(log);
    }

    private void pretend(String command, String script) throws IOException {
        var file = folder.resolve(command);
        Files.writeString(file, "#!/bin/sh\ncd \"$(dirname \"$0\")\"\n" + script);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private String run(String action) throws IOException, InterruptedException {
        var shell = new ProcessBuilder(
                        "sh",
                        "-c",
                        Failure.script(action).replace("/etc/eni-failover/environment", environment.toString()))
                .redirectErrorStream(true);
        shell.environment().merge("PATH", folder.toString(), (path, first) -> first + ":" + path);
        var process = shell.start();
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        return output + "exit " + process.waitFor() + "\n";
    }
}
