package io.enifailover.outage;

import io.enifailover.outage.Timeline.Steps;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;

/** The pictures that lay repetitions side by side. */
final class Charts {
    private Charts() {}

    /** A dot for each repetition against the goals and the floor. */
    static String strip(Scenario scenario) {
        return strip(scenario, 1040, "wide") + strip(scenario, 372, "narrow");
    }

    /** A bar for each design, to its median, and a line from its minimum to its maximum. */
    static String bars(Comparison comparison) {
        return bars(comparison, 1040, "wide") + bars(comparison, 372, "narrow");
    }

    private static String strip(Scenario scenario, int width, String kind) {
        var svg = new Svg(width, "strip " + kind, "Outage of each repetition");
        var figures = scenario.figures();
        var left = width > 600 ? 84 : 12;
        var right = width - 24;
        var longest = longest(Stream.concat(
                Stream.of(figures.max()), scenario.goals().stream().map(Goal::atMost)));
        var scale = (right - left) / longest;
        var goals = scenario.goals().size();
        var y = 20 + goals * 16;
        if (scenario.floor() != null) {
            var floor = Steps.seconds(scenario.floor()) * scale;
            svg.bar("floor", left, y - 14, floor, 32, "floor " + Words.time(scenario.floor()));
            svg.text("tick", "start", left + 5, y - 18, "floor " + Words.time(scenario.floor()));
        }
        var row = 12;
        for (var goal : scenario.goals()) {
            var x = left + Steps.seconds(goal.atMost()) * scale;
            svg.line("goal", x, row - 9, x, y + 18);
            svg.text("note", "end", x - 5, row, goal.words());
            row += 16;
        }
        var i = 0;
        for (var length : scenario.lengths()) {
            svg.dot("dot", left + Steps.seconds(length) * scale, y + (i % 3 - 1) * 6 + 2, 4.5, Words.time(length));
            i++;
        }
        var median = left + Steps.seconds(figures.median()) * scale;
        svg.line("median", median, y - 12, median, y + 16);
        axis(svg, left, right, y + 18, longest, scale, width);
        if (width > 600) {
            svg.text("lane", "end", left - 10, y + 6, "each run");
        }
        return svg.draw(y + 42);
    }

    private static String bars(Comparison comparison, int width, String kind) {
        var svg = new Svg(width, "bars " + kind, comparison.name());
        var longest = longest(
                comparison.designs().stream().map(design -> design.figures().max()));
        var room = width > 600 ? 190 : 8;
        var above = width > 600 ? 0 : 18;
        var right = width - 76;
        var scale = (right - room) / longest;
        double y = 4;
        var style = "ours";
        for (var design : comparison.designs()) {
            var figures = design.figures();
            var length = Steps.seconds(figures.median()) * scale;
            if (above > 0) {
                svg.text("name " + style, "start", room, y + 13, design.name());
            } else {
                svg.text("name " + style, "end", room - 12, y + 18, design.name());
            }
            svg.bar(
                    "bar " + style,
                    room,
                    y + above + 2,
                    length,
                    22,
                    design.name() + ": " + Words.time(figures.median()));
            var x1 = room + Steps.seconds(figures.min()) * scale;
            var x2 = room + Steps.seconds(figures.max()) * scale;
            svg.line("whisker", x1, y + above + 13, x2, y + above + 13);
            svg.line("whisker", x1, y + above + 9, x1, y + above + 17);
            svg.line("whisker", x2, y + above + 9, x2, y + above + 17);
            svg.text("value", "start", Math.max(x2, room + length) + 8, y + above + 18, Words.time(figures.median()));
            y += 34 + above;
            style = "theirs";
        }
        axis(svg, room, right, y, longest, scale, width);
        return svg.draw(y + 24);
    }

    private static void axis(Svg svg, double left, double right, double y, double longest, double scale, int width) {
        svg.line("axis", left, y, right, y);
        var step = Steps.step(longest, width > 600 ? 10 : 5);
        for (var i = 0; i * step <= longest; i++) {
            var x = left + i * step * scale;
            svg.line("axis", x, y, x, y + 5);
            svg.text("tick", "middle", x, y + 18, Steps.words(i * step, step) + ((i + 1) * step > longest ? " s" : ""));
        }
    }

    private static double longest(Stream<Duration> durations) {
        return Math.max(
                0.1, Steps.seconds(durations.max(Comparator.naturalOrder()).orElse(Duration.ZERO)) * 1.06);
    }
}
