package io.enifailover.function;

/**
 * Text from outside on its way to a log, a mail, the record or a terminal. Whatever could command a terminal or break a line is
 * refused or escaped: control characters, both C0 and C1; format characters, among them those that turn the direction of text;
 * line and paragraph separators; and halves of surrogate pairs.
 */
final class SafeText {
    /** The longest text that the function takes, in characters. */
    static final int LONGEST = 200;

    private static final int LONGEST_SHOWN = 100;

    private SafeText() {}

    /** Whether this may be taken as it is. */
    static boolean isSafe(String text) {
        return text.length() <= LONGEST && text.codePoints().allMatch(SafeText::isPrintable);
    }

    /** Returns the text for people to read: escaped as in Java, and shortened. */
    static String of(String text) {
        return escaped(text, LONGEST);
    }

    /** Returns what was received, for an error that says so in one line. */
    static String shown(String text) {
        return escaped(text, LONGEST_SHOWN);
    }

    private static String escaped(String text, int longest) {
        var safe = new StringBuilder();
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            var character = text.codePointAt(i);
            var next = isPrintable(character)
                    ? Character.toString(character)
                    : character > 0xffff ? "\\u{%x}".formatted(character) : "\\u%04x".formatted(character);
            if (safe.length() + next.length() > longest) {
                return safe.append('…').toString();
            }
            safe.append(next);
        }
        return safe.toString();
    }

    private static boolean isPrintable(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }
}
