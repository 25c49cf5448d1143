package io.enifailover.app;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DocumentationLinksTest {
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https:)([^)#]*)#?([^)]*)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

    @ParameterizedTest
    @MethodSource
    void leadToFilesAndHeadingsThatExist(Path page) throws IOException {
        for (var link : LINK.matcher(Files.readString(page)).results().toList()) {
            var file = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
            assertThat(file).as(link.group()).exists();
            if (!link.group(2).isEmpty()) {
                assertThat(anchors(file)).as(link.group()).contains(link.group(2));
            }
        }
    }

    static Stream<Path> leadToFilesAndHeadingsThatExist() throws IOException {
        try (var folder = Files.list(Path.of("."));
                var docs = Files.list(Path.of("docs"))) {
            return Stream.concat(folder, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    /** As GitHub makes them of headings: https://docs.github.com/en/get-started/writing-on-github. */
    private static Set<String> anchors(Path page) throws IOException {
        return HEADING.matcher(Files.readString(page))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 _-]", "")
                        .replace(' ', '-'))
                .collect(toSet());
    }
}
