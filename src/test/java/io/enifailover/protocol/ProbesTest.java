package io.enifailover.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbesTest {

    @ParameterizedTest
    @CsvSource({"PT0.5S, PT0.25S", "PT1S, PT0.5S", "PT5S, PT0.5S"})
    void waitForAnAnswerForHalfTheirIntervalButForHalfASecondAtMost(Duration interval, Duration timeout) {
        assertThat(new Probes(interval, 3).timeout()).isEqualTo(timeout);
    }

    @Test
    void tellTheWatchSecondsAsSleepAndCurlTakeThem() {
        assertThat(new Probes(Duration.ofMillis(500), 5).toEnvironment())
                .containsExactly(
                        entry("INTERVAL", "0.5"),
                        entry("TIMEOUT", "0.25"),
                        entry("CONNECT_TIMEOUT", "0.125"),
                        entry("FAILURES", "5"));
    }
}
