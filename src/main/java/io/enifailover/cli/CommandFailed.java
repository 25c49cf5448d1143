package io.enifailover.cli;

import io.enifailover.protocol.SafeText;

/** Ends a command with one line that says what is wrong and what to do. */
final class CommandFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** AWS, the function or the move has failed. */
    static final int FAILED = 1;
    /** Nothing was changed, on purpose. */
    static final int REFUSED = 3;

    private final int code;

    private CommandFailed(int code, String words) {
        super(SafeText.line(words));
        this.code = code;
    }

    static CommandFailed failed(String words) {
        return new CommandFailed(FAILED, words);
    }

    static CommandFailed refused(String words) {
        return new CommandFailed(REFUSED, words);
    }

    int code() {
        return code;
    }
}
