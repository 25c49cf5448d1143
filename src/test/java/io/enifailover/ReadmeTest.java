package io.enifailover;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadmeTest {

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/operations.md"})
    void namesTheVersionOfTheCommandLineThatEverythingElseUses(String file) throws IOException {
        assertThat(Pattern.compile("aws-cdk@[\\w.]+")
                        .matcher(Files.readString(Path.of(file)))
                        .results()
                        .map(found -> found.group()))
                .isNotEmpty()
                .containsOnly("aws-cdk@" + System.getProperty("cdk.cli.version"));
    }

    @Test
    void namesEverySettingAndItsDefault() throws IOException {
        var readme = Files.readString(Path.of("README.md"));

        assertThat(Settings.KEYS).allSatisfy(key -> assertThat(readme).contains("\n| `" + key + "` | "));
    }
}
