package io.enifailover.outage;

/** A picture that compares designs: a bar to the median of each, in its parts, and a line from its minimum to its maximum. */
final class Bars {
    private Bars() {}

    static String draw(Comparison comparison) {
        return draw(comparison, 1040, "wide") + draw(comparison, 372, "narrow");
    }

    private static String draw(Comparison comparison, int width, String kind) {
        var svg = new Svg(width, "bars " + kind, comparison.name());
        var longest = Axis.longest(
                comparison.designs().stream().map(design -> design.figures().max()));
        var room = width > 600 ? 215 : 8;
        var above = width > 600 ? 0 : 18;
        var right = width - 76;
        var scale = (right - room) / longest;
        double y = 4;
        var style = "ours";
        for (var design : comparison.designs()) {
            var figures = design.figures();
            var length = Axis.seconds(figures.median()) * scale;
            if (above > 0) {
                svg.text("name " + style, "start", room, y + 13, design.name());
            } else {
                svg.text("name " + style, "end", room - 12, y + 18, design.name());
            }
            if (design.parts().isEmpty()) {
                svg.bar(
                        "bar " + style,
                        room,
                        y + above + 2,
                        length,
                        22,
                        design.name() + ": " + Labels.time(figures.median()));
            }
            double left = room;
            for (var part : design.parts()) {
                var breadth = Axis.seconds(part.length()) * scale;
                var hint = part.name() + ": " + Labels.time(part.length());
                svg.bar("bar " + (part.ofEc2() ? "ec2" : style), left, y + above + 2, breadth - 1, 22, hint);
                if (Svg.breadth(part.name()) < breadth) {
                    svg.text("part", "middle", left + breadth / 2, y + above + 17, part.name());
                }
                left += breadth;
            }
            var x1 = room + Axis.seconds(figures.min()) * scale;
            var x2 = room + Axis.seconds(figures.max()) * scale;
            svg.line("whisker", x1, y + above + 28, x2, y + above + 28);
            svg.line("whisker", x1, y + above + 25, x1, y + above + 31);
            svg.line("whisker", x2, y + above + 25, x2, y + above + 31);
            svg.text("value", "start", Math.max(x2, room + length) + 8, y + above + 18, Labels.time(figures.median()));
            y += 40 + above;
            style = "theirs";
        }
        Axis.draw(svg, room, right, y, longest, width);
        return svg.draw(y + 24);
    }
}
