package io.enifailover.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgesTest {

    @ParameterizedTest
    @CsvSource({
        "2h, PT2H",
        "30m, PT30M",
        "1d, PT24H",
        "1h30m, PT1H30M",
        "45s, PT45S",
        "1d2h3m4s, PT26H3M4S",
        "PT2H, PT2H"
    })
    void readsWhatAPersonWrites(String text, String duration) {
        assertThat(Ages.parse(text)).isEqualTo(Duration.parse(duration));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2", "h", "2 h", "2w", "-2h", "0m", "PT0S", "-PT1H", "30m2h", "99999999999999999999h"})
    void refusesAnythingElseInOneLine(String text) {
        assertThatThrownBy(() -> Ages.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("must be a duration such as 30m, 2h, 1h30m, 1d or PT2H, got " + text);
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 s",
        "PT59S, 59 s",
        "PT60S, 1 min",
        "PT3599S, 59 min",
        "PT2H, 2 h",
        "PT1H12M, 1 h 12 min",
        "PT49H, 2 d 1 h"
    })
    void tellsTheUnitsThatMatter(Duration duration, String words) {
        assertThat(Ages.of(duration)).isEqualTo(words);
    }
}
