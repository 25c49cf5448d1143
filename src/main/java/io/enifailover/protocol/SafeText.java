package io.enifailover.protocol;

/**
 * Makes text from outside safe for a log, a mail, the record, a page or a terminal: characters that could control a
 * terminal, break a line or reorder text are refused or escaped.
 */
public final class SafeText {
    /** The longest text that the function accepts, in characters. */
    public static final int LONGEST = 200;

    private static final int LONGEST_RECEIVED = 100;
    private static final int LONGEST_LINE = 2_000;

    private SafeText() {}

    /** Whether this text may be used unchanged. */
    public static boolean isSafe(String text) {
        return text.length() <= LONGEST && text.codePoints().allMatch(SafeText::isDisplayable);
    }

    /** Returns the text for people to read: escaped as in Java, and shortened. */
    public static String of(String text) {
        return escaped(text, LONGEST);
    }

    /** Returns a received text for a one-line error message. */
    public static String received(String text) {
        return escaped(text, LONGEST_RECEIVED);
    }

    /** Returns a longer text as one line: whitespace becomes spaces, other unsafe characters are escaped. */
    public static String line(String text) {
        var spaced = new StringBuilder();
        text.codePoints().forEach(point -> spaced.appendCodePoint(Character.isWhitespace(point) ? ' ' : point));
        return escaped(spaced.toString(), LONGEST_LINE);
    }

    /**
     * Whether a character can be displayed unchanged. Control characters, both C0 and C1, begin sequences that a
     * terminal executes; format characters can reverse the direction of text; unpaired surrogates and noncharacters are
     * not text.
     */
    public static boolean isDisplayable(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            // The last two of each plane, which XML forbids or discourages. https://www.w3.org/TR/xml/#charsets
            default -> (character & 0xfffe) != 0xfffe;
        };
    }

    private static String escaped(String text, int longest) {
        var safe = new StringBuilder();
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            var character = text.codePointAt(i);
            var next = isDisplayable(character)
                    ? Character.toString(character)
                    : character > 0xffff ? "\\u{%x}".formatted(character) : "\\u%04x".formatted(character);
            if (safe.length() + next.length() > longest) {
                return safe.append('…').toString();
            }
            safe.append(next);
        }
        return safe.toString();
    }
}
