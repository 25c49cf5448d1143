package io.enifailover.outage;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A picture of many outages: a dot for each, on one axis. */
final class Strip {
    private Strip() {}

    /**
     * @param floor the shortest outage that is possible, or null
     * @param goals upper limits to draw, by their labels
     */
    static String draw(
            List<Duration> lengths, OutageStatistics figures, @Nullable Duration floor, Map<String, Duration> goals) {
        return draw(lengths, figures, floor, goals, 1040, "wide") + draw(lengths, figures, floor, goals, 372, "narrow");
    }

    private static String draw(
            List<Duration> lengths,
            OutageStatistics figures,
            @Nullable Duration floor,
            Map<String, Duration> goals,
            int width,
            String kind) {
        var svg = new Svg(width, "strip " + kind, "Outage of each repetition");
        var left = width > 600 ? 84 : 12;
        var right = width - 24;
        var longest = Axis.longest(Stream.concat(Stream.of(figures.max()), goals.values().stream()));
        var scale = (right - left) / longest;
        var y = 20 + goals.size() * 16;
        if (floor != null) {
            svg.bar("floor", left, y - 14, Axis.seconds(floor) * scale, 32, "floor " + Labels.time(floor));
            svg.text("tick", "start", left + 5, y - 18, "floor " + Labels.time(floor));
        }
        var row = 12;
        for (var goal : goals.entrySet()) {
            var x = left + Axis.seconds(goal.getValue()) * scale;
            svg.line("goal", x, row - 9, x, y + 18);
            svg.text("note", "end", x - 5, row, goal.getKey());
            row += 16;
        }
        var i = 0;
        for (var length : lengths) {
            svg.dot("dot", left + Axis.seconds(length) * scale, y + (i % 3 - 1) * 6 + 2, 4.5, Labels.time(length));
            i++;
        }
        var median = left + Axis.seconds(figures.median()) * scale;
        svg.line("median", median, y - 12, median, y + 16);
        Axis.draw(svg, left, right, y + 18, longest, width);
        if (width > 600) {
            svg.text("lane", "end", left - 10, y + 6, "each run");
        }
        return svg.draw(y + 42);
    }
}
