package io.enifailover.cli;

import io.enifailover.protocol.SafeText;

/** Ends a command with a one-line message that states the problem and what to do. */
final class CommandFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** AWS, the function or the move has failed. */
    static final int FAILED = 1;
    /** The command refused to act, and changed nothing. */
    static final int REFUSED = 3;

    private final int code;

    private CommandFailed(int code, String message) {
        super(SafeText.line(message));
        this.code = code;
    }

    static CommandFailed failed(String message) {
        return new CommandFailed(FAILED, message);
    }

    static CommandFailed refused(String message) {
        return new CommandFailed(REFUSED, message);
    }

    int code() {
        return code;
    }
}
