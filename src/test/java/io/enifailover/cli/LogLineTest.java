package io.enifailover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.enifailover.function.Lines;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogLineTest {
    private static final Instant AT = Instant.parse("2026-11-22T03:00:00.123Z");

    @Test
    void showsWhyTheControllerDidNotMove() {
        assertThat(shown())
                .filteredOn(line -> line.contains("refused"))
                .containsExactly(
                        "2026-11-22 03:00:00  INFO   refused  why  Reason=hold  trigger=who",
                        "2026-11-22 03:00:00  INFO   refused  why  Reason=cool-down  trigger=who",
                        "2026-11-22 03:00:00  INFO   refused  why  Reason=flapping  trigger=who",
                        "2026-11-22 03:00:00  INFO   refused  why  Reason=both-down  trigger=who",
                        "2026-11-22 03:00:00  INFO   refused  why  Reason=not-ready  trigger=who");
    }

    @Test
    void showsWhateverElseTheControllerTellsExceptWhatItMeasuresEachMinute() {
        assertThat(shown())
                .contains(
                        "2026-11-22 03:00:00  WARN   alert  why  alert=REPORT_CONTRADICTED  trigger=who",
                        "2026-11-22 03:00:00  INFO   gave way  gave way to whom  trigger=who",
                        "2026-11-22 03:00:00  ERROR  error  java.lang.IllegalStateException: why")
                .anyMatch(line -> line.startsWith("2026-11-22 03:00:00  WARN   moved  why  Kind=failover  trigger=who"))
                .noneMatch(line -> line.contains("measured") || line.contains("_aws") || line.contains("eni-0123"));
    }

    private static List<String> shown() {
        return new Lines()
                .written().stream()
                        .flatMap(line -> LogLine.readable(AT, line, Ink.PLAIN).stream())
                        .toList();
    }

    @Test
    void indentsWhatFollowsTheFirstLine() {
        assertThat(LogLine.readable(AT, "java.lang.Error: x\n\tat y\r\n2026-11-22 03:00:00  INFO   fake\n", Ink.PLAIN))
                .contains("2026-11-22 03:00:00  java.lang.Error: x\n     at y\n    2026-11-22 03:00:00  INFO   fake");
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
