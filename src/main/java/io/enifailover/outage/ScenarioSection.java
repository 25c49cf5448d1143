package io.enifailover.outage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the template {@code scenario.html.mustache} shows of a scenario.
 *
 * @param tiles    its figures, in large type
 * @param pictures its charts
 */
record ScenarioSection(
        String name, boolean passed, String promise, List<String> failures, List<Tile> tiles, List<Picture> pictures) {

    /**
     * A figure in large type, with its label below.
     *
     * @param length the figure, if it is the length of an outage
     * @param text   the figure otherwise
     */
    record Tile(String style, @Nullable Length length, String text, String label) {
        Tile(Length length, String label) {
            this("", length, "", label);
        }
    }

    /** A length of time, with the sign to write before it if it is a lower bound. */
    record Length(String bound, long milliseconds, String text) {
        static Length of(OutageStatistics figures, Duration duration) {
            return new Length(figures.bound(), Labels.millis(duration), Labels.time(duration));
        }
    }

    record Picture(String svg, String caption) {}

    static ScenarioSection of(Scenario scenario, Map<String, String> roles) {
        return of(scenario, roles, List.of(), Strip.draw(scenario.lengths(), scenario.figures(), null, Map.of()));
    }

    /**
     * @param more  tiles after the scenario's own
     * @param strip the outages as dots, shown if there are several
     */
    static ScenarioSection of(Scenario scenario, Map<String, String> roles, List<Tile> more, String strip) {
        var figures = scenario.figures();
        var several = scenario.lengths().size() > 1;
        var repeated = scenario.runs().size() > 1;

        var tiles = new ArrayList<Tile>();
        tiles.add(new Tile(Length.of(figures, figures.median()), several ? "median outage" : "outage"));
        if (several) {
            tiles.add(new Tile(
                    Length.of(figures, figures.max()),
                    "at most, in " + scenario.lengths().size() + " outages"));
        }
        tiles.add(new Tile(
                "",
                null,
                String.valueOf(scenario.failed()),
                (scenario.failed() == 1 ? "failed request" : "failed requests")
                        + (repeated ? " in the worst run" : "")));
        tiles.addAll(more);

        var pictures = new ArrayList<Picture>();
        var run = scenario.typical();
        if (run != null) {
            pictures.add(new Picture(Timeline.draw(run, roles), caption(run, repeated)));
        }
        if (several) {
            pictures.add(new Picture(
                    strip,
                    "Every outage of %s, in seconds; the upright line is the median."
                            .formatted(repeated ? "all " + scenario.runs().size() + " runs" : "the run")));
        }
        return new ScenarioSection(
                scenario.name(), scenario.passed(), scenario.promise(), scenario.failures(), tiles, pictures);
    }

    private static String caption(Run run, boolean oneOfSeveral) {
        var recording = run.recording();
        var outages = recording.figures();
        var caption = new StringBuilder();
        if (oneOfSeveral) {
            caption.append(run.failures().isEmpty() ? "The run in the middle. " : "A run that failed. ");
        }
        caption.append(String.format(Locale.ROOT, "Each stroke is one request, %.0f in a second", recording.rate()));
        if (!outages.isEmpty()) {
            caption.append(", so the outage is exact to ± ")
                    .append(Labels.time(outages.get(0).resolution()));
        }
        caption.append('.');
        if (!recording.named()) {
            caption.append(" The answers do not name their server.");
        }
        if (recording.late() > 0) {
            caption.append(" Late answers of the old holder: ")
                    .append(recording.late())
                    .append('.');
        }
        return caption.toString();
    }
}
