package io.enifailover.outage;

import java.util.Locale;
import java.util.Map;

/** Builds an SVG picture; {@code chart.css} defines its colours and fonts. */
final class Svg {
    private static final int MARGIN = 24;

    private final StringBuilder body = new StringBuilder();
    private final int width;
    private final String kind;
    private final String title;

    Svg(int width, String kind, String title) {
        this.width = width;
        this.kind = kind;
        this.title = title;
    }

    void line(String style, double x1, double y1, double x2, double y2) {
        add(
                "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
                Labels.escape(style), x1, y1, x2, y2);
    }

    void bar(String style, double x, double y, double width, double height, String hint) {
        add(
                "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"1\"><title>%s</title></rect>%n",
                Labels.escape(style), x, y, Math.max(width, 0), height, Labels.escape(hint));
    }

    void dot(String style, double x, double y, double radius, String hint) {
        add(
                "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"><title>%s</title></circle>%n",
                Labels.escape(style), x, y, radius, Labels.escape(hint));
    }

    /** Adds vertical strokes of one height as a single path, since there are thousands. */
    void strokes(String style, double[] xs, double y, double height, double thickness) {
        if (xs.length == 0) {
            return;
        }
        var path = new StringBuilder();
        var last = Double.NEGATIVE_INFINITY;
        for (var x : xs) {
            if (x - last >= 0.4) {
                path.append(String.format(Locale.ROOT, "M%.1f %.1fv%.0f", x, y, height));
                last = x;
            }
        }
        add("<path class=\"%s\" stroke-width=\"%.2f\" d=\"%s\"/>%n", Labels.escape(style), thickness, path);
    }

    /** @param anchor start, middle or end */
    void text(String style, String anchor, double x, double y, String text) {
        add(
                "<text class=\"%s\" text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>%n",
                Labels.escape(style), anchor, x, y, Labels.escape(text));
    }

    private void add(String format, Object... values) {
        body.append(String.format(Locale.ROOT, format, values));
    }

    /** Adds a text centred at x, or beside it where it would leave the picture. */
    void within(String style, double x, double y, double left, String text) {
        var half = breadth(text) / 2;
        text(style, "middle", Math.max(left + half, Math.min(width - half, x)), y, text);
    }

    static double breadth(String text) {
        return text.length() * 7.0;
    }

    String draw(double height) {
        return draw(height, 0, "");
    }

    /** Returns the picture for a separate file, with its style sheet and a margin. */
    String drawAlone(double height) {
        var paper = String.format(
                Locale.ROOT,
                "<rect class=\"paper\" x=\"%d\" y=\"%d\" width=\"100%%\" height=\"100%%\"/>%n",
                -MARGIN,
                -MARGIN);
        return draw(height, MARGIN, "<style>" + Templates.render("chart.css", Map.of()) + "</style>\n" + paper);
    }

    private String draw(double height, int margin, String before) {
        return String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"%s\" role=\"img\" viewBox=\"%d %d %d %.0f\" width=\"%d\" height=\"%.0f\"><title>%s</title>%n%s%s</svg>%n",
                kind,
                -margin,
                -margin,
                width + 2 * margin,
                height + 2 * margin,
                width + 2 * margin,
                height + 2 * margin,
                Labels.escape(title),
                before,
                body);
    }
}
