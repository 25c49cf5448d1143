package io.enifailover.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeTextTest {
    @ParameterizedTest
    @CsvSource({
        // C0: escape, line feed, bell, delete.
        "001b",
        "000a",
        "0007",
        "007f",
        // C1: control sequence introducer, next line.
        "009b",
        "0085",
        // Direction: override, isolate, mark.
        "202e",
        "2066",
        "200f",
        // Separators, byte order mark, zero width joiner and space.
        "2028",
        "2029",
        "feff",
        "200d",
        "200b",
        // Not a character.
        "ffff"
    })
    void escapesWhatATerminalOrALogWouldObey(String code) {
        var text = "a" + Character.toString(Integer.parseInt(code, 16)) + "b";

        assertThat(SafeText.isSafe(text)).isFalse();
        assertThat(SafeText.of(text)).isEqualTo("a\\u" + code + "b");
    }

    @ParameterizedTest
    @CsvSource({"kernel update", "Müller & Söhne", "日本語", "😀", "a\\b"})
    void leavesWhatPeopleWrite(String text) {
        assertThat(SafeText.isSafe(text)).isTrue();
        assertThat(SafeText.of(text)).isEqualTo(text);
    }

    @Test
    void escapesHalfOfASurrogatePairAndATagBeyondTheFirstPlane() {
        assertThat(SafeText.of("\ud83d")).isEqualTo("\\ud83d");
        assertThat(SafeText.of(Character.toString(0xe0041))).isEqualTo("\\u{e0041}");
    }

    @Test
    void shortensAndNeverWithinAnEscape() {
        assertThat(SafeText.isSafe("x".repeat(200))).isTrue();
        assertThat(SafeText.isSafe("x".repeat(201))).isFalse();
        assertThat(SafeText.of("x".repeat(201))).isEqualTo("x".repeat(200) + "…");
        assertThat(SafeText.received("x".repeat(97) + "\n" + "y")).isEqualTo("x".repeat(97) + "…");
    }

    @Test
    void keepsALineOneLine() {
        assertThat(SafeText.line("a\r\nb\tc\u2028d")).isEqualTo("a  b c d");
        assertThat(SafeText.line("naïve 日本語 😀 a\u001b]0;b\u0007c")).isEqualTo("naïve 日本語 😀 a\\u001b]0;b\\u0007c");
    }

    @Test
    void cutsALineThatIsLong() {
        assertThat(SafeText.line("x".repeat(300_000))).hasSize(2_001).endsWith("x…");
    }
}
