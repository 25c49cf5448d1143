package io.enifailover;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class NginxIsOnlyTheDefaultTest {
    private static final Path MAIN = Path.of("src/main");

    /** The class by its name is the way to the default service. */
    private static final Pattern OF_THE_DEFAULT =
            Pattern.compile("(?i)(?!Nginx[#.;]welcome|Nginx;)nginx|healthz|\\b80\\b");

    /** The width of a terminal. */
    private static final Pattern COLUMNS = Pattern.compile("Size\\(24, 80\\)|Math\\.max\\(80,");

    /** A pair protects any service: what is true of the default one alone stands with it. */
    @Test
    void nothingElseInMainKnowsNginxItsPageOrItsPort() throws IOException {
        var found = new ArrayList<String>();
        try (var files = Files.walk(MAIN)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                if (file.endsWith("Nginx.java") || file.toString().contains("io/enifailover/nginx/")) {
                    continue;
                }
                for (var line : Files.readAllLines(file)) {
                    if (OF_THE_DEFAULT.matcher(line).find()
                            && !COLUMNS.matcher(line).find()) {
                        found.add(MAIN.relativize(file) + ": " + line.strip());
                    }
                }
            }
        }

        assertThat(found).isEmpty();
    }
}
