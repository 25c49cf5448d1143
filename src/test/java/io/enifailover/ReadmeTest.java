package io.enifailover;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReadmeTest {

    @Test
    void namesTheVersionOfTheCommandLineThatEverythingElseUses() throws IOException {
        assertThat(Pattern.compile("aws-cdk@[\\w.]+")
                        .matcher(Files.readString(Path.of("README.md")))
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
