package io.enifailover.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.enifailover.function.HealthProber.ProbeTarget;
import io.enifailover.function.HealthProber.Series;
import io.enifailover.function.HealthProber.SeriesResult;
import io.enifailover.function.Server.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthProberTest {
    private static final String SERVER = "i-0000000000000000a";
    private static final ProbeTarget TARGET = new ProbeTarget(SimulatedWorld.SERVICE.endpoint(), SERVER);

    private final VirtualTime time = new VirtualTime();
    private int probes;

    /** A probe that passes is g, one that fails b; after those that are given the series is decided, and not before. */
    @ParameterizedTest
    @CsvSource({
        "g, SERVES",
        "bg, SERVES",
        "bb, FAILS",
    })
    void decidesTogetherWithAReportByOneProbeThatPassesOrTwoThatFail(String given, Verdict verdict) {
        assertDecides(given, Series.QUICK, verdict);
    }

    @ParameterizedTest
    @CsvSource({
        "gg, SERVES",
        "gbg, SERVES",
        "bgg, SERVES",
        "bb, FAILS",
        "gbb, FAILS",
        "bgb, FAILS",
    })
    void detectsByTwoOfThreeProbes(String given, Verdict verdict) {
        assertDecides(given, Series.SHORT, verdict);
    }

    @ParameterizedTest
    @CsvSource({
        "ggggg, SERVES",
        "bbbbbbbbbbbggggg, SERVES",
        "bbbbbbbbbbbb, FAILS_FOR_LONG",
        "ggggbbbbbbbbbbbb, FAILS_FOR_LONG",
    })
    void failsForLongByTwelveOfSixteenProbes(String given, Verdict verdict) {
        assertDecides(given, Series.LONG, verdict);
    }

    @Test
    void pausesBetweenProbesAndNotAfterTheLastOne() {
        probe("gbg", Series.SHORT);

        assertThat(time.elapsed()).isEqualTo(Duration.ofMillis(2 * 300 + 3 * 20));
    }

    @Test
    void tellsHowLongTheLastProbeThatPassedTook() {
        assertThat(probe("gg", Series.SHORT).latency()).isEqualTo(Duration.ofMillis(20));
        assertThat(probe("bb", Series.SHORT).latency()).isNull();
    }

    @Test
    void takesAnotherServersAnswerForAFailure() {
        var healthProber = healthProber(() -> Witness.ProbeResult.passed("i-0000000000000000b", "HTTP 200"));

        assertThat(healthProber.probe(TARGET, Series.SHORT))
                .isCompletedWithValue(new SeriesResult(Verdict.FAILS, null));
    }

    /** Each probe takes 20 ms. */
    private SeriesResult probe(String given, Series series) {
        probes = 0;
        var healthProber = healthProber(() -> {
            time.sleep(Duration.ofMillis(20));
            var good = given.charAt(probes++) == 'g';
            return new Witness.ProbeResult(good, good ? SERVER : null, good ? "HTTP 200" : "timeout");
        });
        return healthProber.probe(TARGET, series).join();
    }

    private HealthProber healthProber(Witness witness) {
        return new HealthProber(url -> witness, Runnable::run, time);
    }

    private void assertDecides(String given, Series series, Verdict verdict) {
        assertThat(probe(given, series).verdict()).isEqualTo(verdict);
        assertThat(probes).isEqualTo(given.length());
    }
}
