package io.enifailover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogLineTest {
    private static final Instant AT = Instant.parse("2026-11-22T03:00:00.123Z");

    @Test
    void rendersAStructuredLine() {
        assertThat(LogLine.readable(AT, """
                        {"timestamp": "2026-11-22T03:00:00.123Z", "level": "WARN", "message": "kept: both down",
                         "service": "controller", "cold_start": false, "function_version": "3",
                         "observation": {"holder": "i-1"}, "trigger": "tick"}""", Ink.PLAIN))
                .contains(
                        "2026-11-22 03:00:00  WARN   kept: both down  observation={\"holder\":\"i-1\"}  trigger=tick");
    }

    @Test
    void leavesAPlainLineAsItIs() {
        assertThat(LogLine.readable(AT, "Task timed out after 180.00 seconds\n", Ink.PLAIN))
                .contains("2026-11-22 03:00:00  Task timed out after 180.00 seconds");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "START RequestId: 1 Version: 3",
                "END RequestId: 1",
                "REPORT RequestId: 1 Duration: 3.00 ms",
                "RESTORE_START Runtime Version: java:25",
                "{\"_aws\": {}, \"Holder\": 1}",
                "\n"
            })
    void leavesOutWhatSaysNothingOfThePair(String line) {
        assertThat(LogLine.readable(AT, line, Ink.PLAIN)).isEmpty();
    }

    @Test
    void showsHowACallEndedThatWentWrong() {
        assertThat(LogLine.readable(AT, "REPORT RequestId: 1 Duration: 3.00 ms Status: timeout", Ink.PLAIN))
                .isPresent();
    }
}
