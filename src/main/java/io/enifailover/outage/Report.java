package io.enifailover.outage;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was measured, for people (a page, a table) and for programs (JSON).
 *
 * @param lead        one or two sentences below the title
 * @param roles       {@code primary} or {@code standby} for each server that may answer
 * @param facts       what it was measured on, such as versions and injected latencies, in the order to show
 * @param comparisons with other designs; may be empty
 */
public record Report(
        String title,
        String lead,
        Map<String, String> roles,
        Map<String, String> facts,
        List<Scenario> scenarios,
        List<Comparison> comparisons) {
    public Report {
        roles = Collections.unmodifiableMap(new LinkedHashMap<>(roles));
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
        scenarios = List.copyOf(scenarios);
        comparisons = List.copyOf(comparisons);
    }

    public boolean passed() {
        return scenarios.stream().allMatch(Scenario::passed);
    }

    /** Writes the page, and beside it a file with the same numbers that ends in {@code .json}. */
    public void write(Path page) throws IOException {
        Files.createDirectories(page.toAbsolutePath().getParent());
        Files.writeString(page, html());
        var name = page.getFileName().toString().replaceFirst("\\.html$", "");
        Files.writeString(page.resolveSibling(name + ".json"), json());
    }

    /** One file, without a reference to anything outside it. */
    String html() {
        return new Page(this).html();
    }

    public String json() throws IOException {
        return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(Numbers.of(this)) + "\n";
    }

    /** A short table for a terminal. */
    public String table() {
        return Table.of(scenarios);
    }

    static String resource(String name) {
        try (var stream = Report.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("no resource " + name);
            }
            return new String(stream.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("could not read " + name, e);
        }
    }
}
