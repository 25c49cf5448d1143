package io.enifailover.function;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** A call to the pair record failed. The message has one line, with the call and the error code. */
public final class RecordUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RecordUnavailable(String message, Throwable cause) {
        super(message, cause);
    }

    /** Translates what the SDK threw during {@code call}. */
    public static RecordUnavailable of(String call, SdkException cause) {
        if (!(cause instanceof AwsServiceException answer)) {
            return new RecordUnavailable(call + ": " + CallFailed.oneLine(cause.getMessage()), cause);
        }
        var details = answer.awsErrorDetails();
        var message = CallFailed.oneLine(details == null ? null : details.errorMessage());
        return new RecordUnavailable("%s: %s: %s".formatted(call, CallFailed.codeOf(answer), message), cause);
    }
}
