package io.enifailover.function;

import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** A call to EC2 that failed, in one line that names the call and EC2's code. */
final class CallFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    // IncorrectState, InUse: EC2 is still carrying out the last change.
    // InvalidAttachmentID.NotFound: somebody else has detached it since, so the observation is out of date.
    private static final Set<String> PASSING = Set.of(
            "IncorrectState",
            "IncorrectInstanceState",
            "InvalidNetworkInterface.InUse",
            "InvalidAttachmentID.NotFound",
            "InternalError",
            "ServiceUnavailable",
            "Unavailable");

    private final String line;
    private final boolean passing;

    private CallFailed(String message, boolean passing, SdkException cause) {
        super(message, cause);
        this.line = message;
        this.passing = passing;
    }

    /**
     * Calls EC2.
     *
     * @throws CallFailed if EC2 refused, or did not answer
     */
    static <T> T translate(String name, Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException e) {
            throw of(name, e);
        }
    }

    /**
     * Makes a call with DryRun, and returns why EC2 would refuse it for lack of permission, or nothing.
     *
     * <p>EC2 checks permissions first, so {@code DryRunOperation} and any refusal because of the state of a resource mean that
     * they are sufficient. EC2 answers every dry run with an error, so a call that succeeds was carried out.
     * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html
     */
    static Optional<String> dryRun(String name, Runnable call) {
        try {
            call.run();
            return Optional.of(name + ": EC2 carried out a call that was only a dry run");
        } catch (AwsServiceException e) {
            return codeOf(e).equals("UnauthorizedOperation") || e.statusCode() >= 500
                    ? Optional.of(of(name, e).line())
                    : Optional.empty();
        } catch (SdkException e) {
            return Optional.of(of(name, e).line());
        }
    }

    /** Translates what the SDK threw during {@code call}. */
    static CallFailed of(String call, SdkException cause) {
        if (!(cause instanceof AwsServiceException answer)) {
            // A timeout or a broken connection. EC2 may have acted or not; the next observation shows which.
            return new CallFailed(call + ": " + oneLine(cause.getMessage()), true, cause);
        }
        var code = codeOf(answer);
        var passing = PASSING.contains(code)
                || answer.isThrottlingException()
                || answer.statusCode() >= 500
                // The same code stands for "still in use" and for "already has an interface attached at device index".
                || (call.equals(FloatingEni.ATTACH) && code.equals("InvalidParameterValue"));
        var details = answer.awsErrorDetails();
        return new CallFailed(
                "%s: %s: %s".formatted(call, code, oneLine(details == null ? null : details.errorMessage())),
                passing,
                cause);
    }

    static String codeOf(AwsServiceException answer) {
        var details = answer.awsErrorDetails();
        return details == null || details.errorCode() == null ? "HTTP " + answer.statusCode() : details.errorCode();
    }

    /** The message: the call, EC2's code, and EC2's own message. */
    String line() {
        return line;
    }

    /** Whether the same call can succeed a moment later. */
    boolean passing() {
        return passing;
    }

    /** Whether EC2 may have acted, since no answer came. */
    boolean unanswered() {
        return !(getCause() instanceof AwsServiceException);
    }

    // UnauthorizedOperation appends an encoded message of a thousand characters and more.
    static String oneLine(@Nullable String text) {
        var line = text == null ? "no message" : text.lines().findFirst().orElse("no message");
        return line.length() <= 300 ? line : line.substring(0, 300) + "…";
    }
}
