package io.enifailover.outage;

import static io.enifailover.outage.Words.escape;

import java.time.Duration;
import java.util.Locale;

/** The report for people: one file that reads well without a network and without a script. */
final class Page {
    private final Report report;
    private final StringBuilder html = new StringBuilder();

    Page(Report report) {
        this.report = report;
    }

    String html() {
        add("""
                <!DOCTYPE html>
                <html lang="en"><head><meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>%s</title>
                <style>
                %s</style></head><body><main>
                """, escape(report.title()), Report.resource("report.css"));
        add("<header><h1>%s</h1><p class=\"lead\">%s</p></header>\n", escape(report.title()), escape(report.lead()));
        if (report.scenarios().size() > 1) {
            summary();
        }
        report.comparisons().forEach(this::comparison);
        if (report.scenarios().size() > 1) {
            add("<h2 class=\"part\">Each scenario</h2>\n");
        }
        for (var i = 0; i < report.scenarios().size(); i++) {
            scenario(report.scenarios().get(i), i);
        }
        facts();
        return html.append("</main></body></html>\n").toString();
    }

    private void summary() {
        var held = report.scenarios().stream().filter(Scenario::passed).count();
        var goals = report.scenarios().stream()
                .mapToInt(scenario -> scenario.goals().size())
                .sum();
        var missed = report.scenarios().stream()
                .mapToInt(scenario -> scenario.missed().size())
                .sum();
        add(
                "<p class=\"verdict\"><strong class=\"%s\">%d of %d</strong> promises held%s.</p>\n",
                report.passed() ? "held" : "broken",
                held,
                report.scenarios().size(),
                goals == 0 ? "" : ", %d of %d goals reached".formatted(goals - missed, goals));
        add("""
                <table><caption>Outage as a client saw it, over the repetitions</caption>
                <thead><tr><th>Scenario</th><th class="n more">Runs</th><th class="n more">Min</th><th class="n">Median</th>\
                <th class="n">Max</th><th class="n more">Failed requests<br>in the worst run</th><th>Promise</th></tr></thead><tbody>
                """);
        for (var i = 0; i < report.scenarios().size(); i++) {
            var scenario = report.scenarios().get(i);
            var figures = scenario.figures();
            add(
                    "<tr><th scope=\"row\"><a href=\"#s%d\">%s</a></th><td class=\"n more\">%d</td><td class=\"n more\">%s%s</td>"
                            + "<td class=\"n strong\">%s%s</td><td class=\"n\">%s%s</td><td class=\"n more\">%d</td><td>%s</td></tr>\n",
                    i,
                    escape(scenario.name()),
                    scenario.runs().size(),
                    figures.bound(),
                    time(figures.min()),
                    figures.bound(),
                    time(figures.median()),
                    figures.bound(),
                    time(figures.max()),
                    scenario.failed(),
                    badge(scenario.passed()));
        }
        add("</tbody></table>\n");
    }

    private void comparison(Comparison comparison) {
        add(
                "<section class=\"comparison\"><h2>%s</h2><p>%s</p>\n%s",
                escape(comparison.name()), escape(comparison.words()), Charts.bars(comparison));
        add("<p class=\"key\">Bar: the median. Line: from the shortest to the longest.</p><dl>\n");
        for (var design : comparison.designs()) {
            var figures = design.figures();
            add(
                    "<dt>%s</dt><dd>%s <span class=\"quiet\">Median %s, from %s to %s in %d runs.</span></dd>\n",
                    escape(design.name()),
                    escape(design.words()),
                    time(figures.median()),
                    time(figures.min()),
                    time(figures.max()),
                    design.outages().size());
        }
        add("</dl></section>\n");
    }

    private void scenario(Scenario scenario, int index) {
        var figures = scenario.figures();
        add(
                "<section id=\"s%d\"><h2>%s %s</h2><p class=\"promise\">%s</p>\n",
                index, escape(scenario.name()), badge(scenario.passed()), escape(scenario.promise()));
        scenario.failures().forEach(failure -> add("<p class=\"failure\">%s</p>\n", escape(failure)));
        var several = scenario.lengths().size() > 1;
        add(
                "<div class=\"facts\"><div><b>%s%s</b><span>%s</span></div>",
                figures.bound(), time(figures.median()), several ? "median outage" : "outage");
        if (several) {
            add(
                    "<div><b>%s%s</b><span>at most, in %d outages</span></div>",
                    figures.bound(), time(figures.max()), scenario.lengths().size());
        }
        add(
                "<div><b>%d</b><span>failed %s%s</span></div>",
                scenario.failed(),
                scenario.failed() == 1 ? "request" : "requests",
                scenario.runs().size() > 1 ? " in the worst run" : "");
        for (var goal : scenario.goals()) {
            var reached = goal.reachedBy(figures);
            add(
                    "<div class=\"%s\"><b>%s</b><span>goal: %s</span></div>",
                    reached ? "held" : "broken", reached ? "reached" : "missed", escape(goal.words()));
        }
        add("</div>\n");
        var run = scenario.typical();
        if (run != null) {
            add(
                    "<figure>%s<figcaption>%s</figcaption></figure>\n",
                    Timeline.draw(run, report.roles()), caption(scenario, run));
        }
        if (several) {
            add(
                    "<figure>%s<figcaption>Every outage of %s, in seconds; the upright line is the median.</figcaption></figure>\n",
                    Charts.strip(scenario),
                    scenario.runs().size() == 1
                            ? "the run"
                            : "all " + scenario.runs().size() + " runs");
        }
        add("</section>\n");
    }

    private static String caption(Scenario scenario, Run run) {
        var recording = run.recording();
        var outages = recording.figures();
        var which = scenario.runs().size() == 1
                ? ""
                : run.failures().isEmpty() ? "The run in the middle. " : "A run that failed. ";
        return "%sEach stroke is one request, %.0f in a second%s.%s"
                .formatted(
                        which,
                        recording.rate(),
                        outages.isEmpty()
                                ? ""
                                : ", so the outage is exact to ± "
                                        + Words.time(outages.get(0).resolution()),
                        recording.late() == 0 ? "" : " Late answers of the old holder: " + recording.late() + ".");
    }

    private void facts() {
        add("<footer><h2>Measured on</h2><dl>\n");
        report.facts().forEach((name, words) -> add("<dt>%s</dt><dd>%s</dd>\n", escape(name), escape(words)));
        add(
                "</dl><p>The outage lies between the last good answer of one server and the first good answer of the next, by the time of answer."
                        + " A good answer has status 200 and names its server.</p></footer>\n");
    }

    private static String time(Duration duration) {
        return "<data value=\"%d\">%s</data>".formatted(Words.millis(duration), Words.time(duration));
    }

    private static String badge(boolean held) {
        return held ? "<span class=\"badge held\">✓ held</span>" : "<span class=\"badge broken\">✕ broken</span>";
    }

    private void add(String format, Object... values) {
        html.append(String.format(Locale.ROOT, format, values));
    }
}
