package io.enifailover.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FailoverSettingsTest {

    @Test
    void changesOneThingAtATime() {
        var probes = new Probes(Duration.ofMillis(500), 2);
        var deadlines = new MoveDeadlines(1, 2, 3, 4, 5);

        assertThat(FailoverSettings.ofDefaults()
                        .withProbes(probes)
                        .withCoolDown(Duration.ZERO)
                        .withFlapLimit(60)
                        .withFailbackAfter(Duration.ofMinutes(5))
                        .withFencing(Fencing.STOP)
                        .withDeadlines(deadlines))
                .isEqualTo(new FailoverSettings(
                        probes, Duration.ZERO, 60, Duration.ofMinutes(5), Fencing.STOP, deadlines));
    }
}
