package io.enifailover.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enifailover.demo.DemoRun.DemoStep;
import io.enifailover.protocol.Role;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoRunTest {
    @Test
    void readsWhatItHasWritten() {
        var run = new DemoRun(
                7,
                List.of(
                        new DemoStep(Duration.ofMillis(5_250), DemoAction.CRASH, Role.PRIMARY),
                        new DemoStep(Duration.ofSeconds(30), DemoAction.HEAL, null)));

        assertThat(run).hasToString("7,5.250-crash-primary,30.000-heal");
        assertThat(DemoRun.of(run.toString())).isEqualTo(run);
        assertThat(DemoRun.of("-3")).isEqualTo(new DemoRun(-3, List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "1,",
                "1,5",
                "1,5-crash",
                "1,5-crash-third",
                "1,5-heal-primary",
                "1,5-explode",
                "1,-5-heal",
                "1,5.1234-heal",
                "1,100000-heal",
                "99999999999"
            })
    void refusesAnythingElse(String text) {
        assertThatThrownBy(() -> DemoRun.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "run must be a number and steps, such as 7,5.2-crash-primary,30-heal, at most 4000 characters");
    }

    @Test
    void refusesARunThatIsTooLong() {
        assertThatThrownBy(() -> DemoRun.of("1" + ",5-heal".repeat(1_000)))
                .hasMessageEndingWith("at most 4000 characters");
    }
}
