package io.enifailover.function;

import software.amazon.awssdk.core.exception.SdkException;

/** A call to the pair record failed. The message has one line, with the call and the error code. */
public final class RecordUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RecordUnavailable(String message, Throwable cause) {
        super(message, cause);
    }

    /** Translates what the SDK threw during {@code call}. */
    public static RecordUnavailable of(String call, SdkException cause) {
        return new RecordUnavailable(CallFailed.of(call, cause).line(), cause);
    }
}
