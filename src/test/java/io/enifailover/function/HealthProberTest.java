package io.enifailover.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.enifailover.function.HealthProber.Place;
import io.enifailover.function.HealthProber.ProbeResult;
import io.enifailover.function.HealthProber.Series;
import io.enifailover.function.Server.Verdict;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthProberTest {
    private static final String SERVER = "i-0000000000000000a";
    private static final Place PLACE = new Place(SimulatedWorld.SERVICE.endpoint(), SERVER);

    private final VirtualTime time = new VirtualTime();
    private int looks;

    /** A good look is g, a bad one b; after those that are given the series is decided, and not before. */
    @ParameterizedTest
    @CsvSource({
        "g, SERVES",
        "bg, SERVES",
        "bb, FAILS",
    })
    void decidesBesideASecondOpinionByOneGoodLookOrTwoBadOnes(String given, Verdict verdict) {
        assertDecides(given, Series.GLANCE, verdict);
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
    void noticesByTwoOfThreeLooks(String given, Verdict verdict) {
        assertDecides(given, Series.SHORT, verdict);
    }

    @ParameterizedTest
    @CsvSource({
        "ggggg, SERVES",
        "bbbbbbbbbbbggggg, SERVES",
        "bbbbbbbbbbbb, FAILS_FOR_LONG",
        "ggggbbbbbbbbbbbb, FAILS_FOR_LONG",
    })
    void failsForLongByTwelveOfSixteenLooks(String given, Verdict verdict) {
        assertDecides(given, Series.LONG, verdict);
    }

    @Test
    void pausesBetweenLooksAndNotAfterTheLastOne() {
        look("gbg", Series.SHORT);

        assertThat(time.elapsed()).isEqualTo(Duration.ofMillis(2 * 300 + 3 * 20));
    }

    @Test
    void tellsHowLongTheLastGoodLookTook() {
        assertThat(look("gg", Series.SHORT).latency()).isEqualTo(Duration.ofMillis(20));
        assertThat(look("bb", Series.SHORT).latency()).isNull();
    }

    @Test
    void takesAnotherServersAnswerForABadLook() {
        var healthProber = healthProber(() -> Witness.Sight.passed("i-0000000000000000b", "HTTP 200"));

        assertThat(healthProber.look(Set.of(PLACE), Series.SHORT))
                .containsEntry(PLACE, new ProbeResult(Verdict.FAILS, null));
    }

    /** Each look takes 20 ms. */
    private ProbeResult look(String given, Series series) {
        looks = 0;
        var healthProber = healthProber(() -> {
            time.sleep(Duration.ofMillis(20));
            var good = given.charAt(looks++) == 'g';
            return new Witness.Sight(good, good ? SERVER : null, good ? "HTTP 200" : "timeout");
        });
        return healthProber.look(Set.of(PLACE), series).getOrDefault(PLACE, ProbeResult.NONE);
    }

    private HealthProber healthProber(Witness witness) {
        return new HealthProber(url -> witness, Runnable::run, time);
    }

    private void assertDecides(String given, Series series, Verdict verdict) {
        assertThat(look(given, series).verdict()).isEqualTo(verdict);
        assertThat(looks).isEqualTo(given.length());
    }
}
