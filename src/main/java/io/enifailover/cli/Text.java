package io.enifailover.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Wraps and shortens text. */
final class Text {
    private static final int NARROWEST = 20;
    private static final int EXCERPT = 200;

    private Text() {}

    /** Wraps at spaces only, so that ids stay whole; a longer word gets a line of its own. Returns at least one line. */
    static List<String> wrapped(String text, int columns) {
        var room = Math.max(NARROWEST, columns);
        var lines = new ArrayList<String>();
        var line = new StringBuilder();
        for (var word : text.strip().split("\\s+", -1)) {
            if (line.length() > 0 && line.length() + 1 + word.length() > room) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    static String excerpt(String text) {
        return text.length() <= EXCERPT
                ? text.strip()
                : text.substring(0, EXCERPT).strip() + "…";
    }

    /** Returns the message with a capital letter and a final period. */
    static String sentence(String message) {
        if (message.isEmpty()) {
            return message;
        }
        var sentence = message.substring(0, 1).toUpperCase(Locale.ROOT) + message.substring(1);
        return sentence.endsWith(".") ? sentence : sentence + ".";
    }
}
