package io.enifailover.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The emulator's own tests, in Python: CloudFormation's order of things and EC2's rules, on small stacks. */
@Timeout(300)
class StackEngineIT {
    @Test
    void doesWhatCloudFormationAndEc2Do() throws Exception {
        var log = Files.createDirectories(Emulator.LOGS).resolve("unittest.log");
        var process = new ProcessBuilder(Emulator.python(), "-B", "-m", "unittest", "discover", "-s", "tests")
                .directory(Path.of("src/test/emulator").toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();

        assertThat(process.waitFor(280, TimeUnit.SECONDS)).as("it ends").isTrue();
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    }
}
