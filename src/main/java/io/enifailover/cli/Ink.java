package io.enifailover.cli;

/** Colours the output, or leaves it plain. */
enum Ink {
    PLAIN,
    COLOURED;

    /** The values of {@code --color}. */
    enum When {
        auto,
        always,
        never
    }

    String bold(String text) {
        return in("1", text);
    }

    String dim(String text) {
        return in("2", text);
    }

    String good(String text) {
        return in("32", text);
    }

    String doubtful(String text) {
        return in("33", text);
    }

    String bad(String text) {
        return in("31", text);
    }

    /** Returns the text in reverse video, with a space on each side. */
    String banner(Mood mood, String text) {
        return in("1;7;" + mood.code, " " + text + " ");
    }

    String in(Mood mood, String text) {
        return in(mood.code, text);
    }

    private String in(String code, String text) {
        return this == PLAIN || text.isEmpty() ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
    }

    /** How good the news is. */
    enum Mood {
        GOOD("32"),
        DOUBTFUL("33"),
        BAD("31");

        private final String code;

        Mood(String code) {
            this.code = code;
        }
    }
}
