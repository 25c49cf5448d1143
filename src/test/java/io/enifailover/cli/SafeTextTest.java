package io.enifailover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeTextTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "window title    | a\u001b]0;b\u0007c       | a\\u001b]0;b\\u0007c",
                "C1              | \u009b2J                | \\u009b2J",
                "right to left   | \u202etxt.exe           | \\u202etxt.exe",
                "isolate         | \u2066a                 | \\u2066a",
                "zero width      | a\u200bb                | a\\u200bb",
                "delete          | a\u007fb                | a\\u007fb",
                "tag             | a\udb40\udc41           | a\\ue0041",
                "half a pair     | a\ud83d                 | a\\ud83d",
                "words           | naïve 日本語 😀          | naïve 日本語 😀"
            })
    void showsWhatATerminalWouldObey(String what, String text, String shown) {
        assertThat(SafeText.of(text)).as(what).isEqualTo(shown);
    }

    @Test
    void keepsALineOneLine() {
        assertThat(SafeText.of("a\r\nb\tc\u2028d")).isEqualTo("a  b c d");
    }

    @Test
    void cutsWhatIsLong() {
        assertThat(SafeText.of("x".repeat(300_000))).hasSize(2_001).endsWith("x…");
    }

    @Test
    void reachesEveryNameAndTextOfADocument() {
        var json = Json.object("{\"a\\u001b\": [{\"b\": \"\\u009b\"}, 1, null, true]}");

        assertThat(json.orElseThrow()).hasToString("{\"a\\\\u001b\":[{\"b\":\"\\\\u009b\"},1,null,true]}");
    }
}
