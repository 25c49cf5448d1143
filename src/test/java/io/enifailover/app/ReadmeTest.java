package io.enifailover.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReadmeTest {

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/operations.md", "docs/settings.md", "examples/haproxy/README.md"})
    void namesTheVersionOfTheCommandLineThatEverythingElseUses(String file) throws IOException {
        assertThat(Pattern.compile("aws-cdk@[\\w.]+")
                        .matcher(Files.readString(Path.of(file)))
                        .results()
                        .map(found -> found.group()))
                .isNotEmpty()
                .containsOnly("aws-cdk@" + System.getProperty("cdk.cli.version"));
    }

    /** That project is compiled and synthesized by {@code mvn verify}. */
    @ParameterizedTest
    @CsvSource({"README.md, ShopStack", "docs/service.md, OwnServiceStack"})
    void showsTheVeryCodeOfTheProjectThatUsesTheLibrary(String page, String stack) throws IOException {
        var text = Files.readString(Path.of(page));
        var start = text.indexOf("```java\n") + "```java\n".length();
        var example = text.substring(start, text.indexOf("```", start));

        assertThat(example).contains("new FailoverPair(");
        assertThat(Files.readString(Path.of("src/it/consumer/src/main/java/shop/" + stack + ".java")))
                .contains(example.indent(8).replaceAll("(?m)^ +$", ""));
    }

    @Test
    void examplesTakeTheVersionsThatAreBuiltHere() throws IOException {
        var versions =
                Pattern.compile("<artifactId>(eni-failover|aws-cdk-lib)</artifactId>\\s*<version>([^<]+)</version>");
        var pom = Files.readString(Path.of("pom.xml"));
        try (var poms = Files.walk(Path.of("examples"), 2)) {
            assertThat(poms.filter(file -> file.endsWith("pom.xml")).toList())
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(
                                    versions.matcher(Files.readString(file)).results())
                            .hasSize(2)
                            .allSatisfy(found -> assertThat(pom)
                                    .containsPattern("<(cdk\\.)?version>" + Pattern.quote(found.group(2)) + "<")));
        }
    }

    @Test
    void namesTheVersionOfTheLibrary() throws IOException {
        var coordinates = Pattern.compile(
                "<groupId>io.enifailover</groupId>\\s*<artifactId>eni-failover</artifactId>\\s*<version>([^<]+)</version>");
        var built = coordinates.matcher(Files.readString(Path.of("pom.xml")));
        var documented = coordinates.matcher(Files.readString(Path.of("README.md")));

        assertThat(built.find()).isTrue();
        assertThat(documented.find()).isTrue();
        assertThat(documented.group(1)).isEqualTo(built.group(1));
    }

    @Test
    void describesEverySetting() throws IOException {
        var settings = Files.readString(Path.of("docs/settings.md"));

        assertThat(Settings.KEYS).allSatisfy(key -> assertThat(settings).contains("\n| `" + key + "` | "));
    }
}
