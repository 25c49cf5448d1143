package io.enifailover.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.enifailover.function.HealthProber.ProbeTarget;
import io.enifailover.function.HealthProber.Series;
import io.enifailover.function.HealthProber.SeriesResult;
import io.enifailover.function.Server.Verdict;
import io.enifailover.function.Witness.ProbeResult;
import io.enifailover.function.Witness.Reaction;
import io.enifailover.simulation.VirtualTime;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
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
        "g, SERVES",
        "bg, SERVES",
        "bbg, SERVES",
        "bbb, FAILS",
    })
    void decidesByThreeMoreProbesThatFailWhereTwoHaveFailedDifferently(String given, Verdict verdict) {
        assertDecides(given, Series.AGAIN, verdict);
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

    /** s: silence, r: a refusal, c: a connection that is not answered, g: passes. */
    @ParameterizedTest
    @CsvSource({
        "ss, SILENCE",
        "rr, REFUSAL",
        "cc, CONNECTION",
        "sr, ",
        "sc, ",
    })
    void tellsWhatBothProbesMeetWith(String given, @Nullable Reaction reaction) {
        assertThat(probe(given, Series.QUICK).reaction()).isEqualTo(reaction);
    }

    @ParameterizedTest
    @CsvSource({"ss, SILENCE", "rr, REFUSAL", "gss, ", "sgr, "})
    void tellsWhatAllProbesMeetWith(String given, @Nullable Reaction reaction) {
        assertThat(probe(given, Series.SHORT).reaction()).isEqualTo(reaction);
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
    void doesNotCountTheWaitForTheNameOfTheHolderAsTheServicesOwnTime() {
        var target = new ProbeTarget(SimulatedWorld.SERVICE.endpoint(), () -> {
            time.sleep(Duration.ofSeconds(1));
            return SERVER;
        });

        assertThat(healthProber(() -> {
                            time.sleep(Duration.ofMillis(20));
                            return ProbeResult.passed(SERVER, "HTTP 200");
                        })
                        .probe(target, Series.QUICK)
                        .join()
                        .latency())
                .isEqualTo(Duration.ofMillis(20));
    }

    @Test
    void takesAnotherServersAnswerForAFailure() {
        var healthProber = healthProber(() -> ProbeResult.passed("i-0000000000000000b", "HTTP 200"));

        assertThat(healthProber.probe(TARGET, Series.SHORT))
                .isCompletedWithValue(new SeriesResult(Verdict.FAILS, null, Reaction.CONNECTION));
    }

    /** Each probe takes 20 ms. */
    private SeriesResult probe(String given, Series series) {
        probes = 0;
        var healthProber = healthProber(() -> {
            time.sleep(Duration.ofMillis(20));
            return switch (given.charAt(probes++)) {
                case 'g' -> ProbeResult.passed(SERVER, "HTTP 200");
                case 'r' -> ProbeResult.failed("refused", Reaction.REFUSAL);
                case 'c' -> ProbeResult.failed("no answer", Reaction.CONNECTION);
                default -> ProbeResult.failed("no connection", Reaction.SILENCE);
            };
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
