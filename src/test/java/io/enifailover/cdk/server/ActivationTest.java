package io.enifailover.cdk.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the real script with stand-ins for the kernel's monitor and for systemd. */
class ActivationTest {
    private static final Path SCRIPT = Path.of("src/main/resources/io/enifailover/cdk/server/failover-activation.sh");

    /** The monitor passes on what is written into the pipe "events". */
    private static final String IP = """
            #!/bin/sh
            case $* in
            '-4 -o monitor address') exec cat "$ROOT/events" ;;
            '-4 -o address show to 10.0.0.25') cat "$ROOT/address" ;;
            esac
            """;

    private static final String SYSTEMCTL = """
            #!/bin/sh
            echo "$*" >>"$ROOT/calls"
            """;

    @TempDir
    Path root;

    private @Nullable Process script;

    @BeforeEach
    void prepare() throws Exception {
        executable("ip", IP);
        executable("systemctl", SYSTEMCTL);
        Files.writeString(root.resolve("calls"), "");
        assertThat(new ProcessBuilder("mkfifo", root.resolve("events").toString())
                        .start()
                        .waitFor())
                .isZero();
    }

    @AfterEach
    void end() throws Exception {
        if (script != null) {
            script.descendants().forEach(ProcessHandle::destroyForcibly);
            script.destroyForcibly().waitFor();
        }
    }

    @Test
    void startsTheTargetWhenTheAddressArrivesAndStopsItWhenItLeaves() throws Exception {
        address("");
        start();
        try (var events = Files.newBufferedWriter(root.resolve("events"))) {
            await("stop --no-block failover-active.target");
            address("3: ens6    inet 10.0.0.25/24 scope global ens6");
            events.write("3: ens6    inet 10.0.0.25/24 scope global ens6\n");
            events.flush();
            await("start --no-block failover-active.target");

            address("");
            events.write("Deleted 3: ens6    inet 10.0.0.25/24 scope global ens6\n");
            events.flush();
            await("stop --no-block failover-active.target");
        }
    }

    /** After a reboot, or if this was started anew, nothing may happen any more. */
    @Test
    void startsTheTargetWhereTheAddressIsAlready() throws Exception {
        address("3: ens6    inet 10.0.0.25/24 scope global ens6");
        start();
        try (var events = Files.newBufferedWriter(root.resolve("events"))) {
            await("start --no-block failover-active.target");
            events.flush();
        }
    }

    /** systemd then starts it anew. */
    @Test
    void endsWithTheMonitor() throws Exception {
        address("");
        var script = start();
        Files.newBufferedWriter(root.resolve("events")).close();

        assertThat(script.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(script.exitValue()).isEqualTo(1);
    }

    private Process start() throws IOException {
        var builder = new ProcessBuilder("sh", SCRIPT.toString());
        builder.environment().put("ROOT", root.toString());
        builder.environment().put("FLOATING_ADDRESS", "10.0.0.25");
        builder.environment().put("PATH", root + ":" + System.getenv("PATH"));
        var started = builder.inheritIO().start();
        script = started;
        return started;
    }

    private void address(String shown) throws IOException {
        Files.writeString(root.resolve("address"), shown);
        Files.writeString(root.resolve("calls"), "");
    }

    private void await(String call) throws Exception {
        for (var attempt = 0;
                !List.copyOf(Files.readAllLines(root.resolve("calls"))).contains(call);
                attempt++) {
            assertThat(attempt).as("waiting for %s", call).isLessThan(1200);
            TimeUnit.MILLISECONDS.sleep(25);
        }
    }

    private void executable(String name, String text) throws IOException {
        var file = Files.writeString(root.resolve(name), text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
