package io.enifailover.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbesTest {

    @Test
    void tellTheWatchSecondsAsSleepAndCurlTakeThem() {
        assertThat(new Probes(Duration.ofMillis(250), 5).toEnvironment())
                .containsExactly(
                        entry("INTERVAL", "0.25"),
                        entry("TIMEOUT", "0.5"),
                        entry("CONNECT_TIMEOUT", "0.25"),
                        entry("FAILURES", "5"),
                        entry("PAUSE", "4"));
    }

    @ParameterizedTest
    @CsvSource({"PT0.25S, 4", "PT0.5S, 2", "PT0.7S, 1", "PT1S, 1", "PT10S, 1"})
    void pauseASecondBetweenTwoReportsOrOneRound(Duration interval, String rounds) {
        assertThat(new Probes(interval, 3).toEnvironment()).containsEntry("PAUSE", rounds);
    }
}
