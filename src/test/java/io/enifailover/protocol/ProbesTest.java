package io.enifailover.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProbesTest {

    @Test
    void tellTheWatchSecondsAsSleepAndCurlTakeThem() {
        assertThat(new Probes(Duration.ofMillis(250), 5).toEnvironment())
                .containsExactly(
                        entry("INTERVAL", "0.25"),
                        entry("TIMEOUT", "0.5"),
                        entry("CONNECT_TIMEOUT", "0.25"),
                        entry("FAILURES", "5"));
    }
}
