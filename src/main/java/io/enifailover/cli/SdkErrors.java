package io.enifailover.cli;

import io.enifailover.protocol.SafeText;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/** Explains in one line why a call to AWS failed, and what to do about it. */
final class SdkErrors {
    private static final Set<String> DENIALS = Set.of("AccessDenied", "AccessDeniedException", "UnauthorizedOperation");
    private static final String NOT_AWS = "check AWS_ENDPOINT_URL, and whether a proxy is in between";
    private static final Pattern DENIED =
            Pattern.compile("User: (\\S+) is not authorized to perform: (\\S+)(?: on resource: (\\S+))?");

    private SdkErrors() {}

    static String explained(SdkException failure) {
        var message = one(String.valueOf(failure.getMessage()));
        if (failure instanceof AwsServiceException refused) {
            return service(refused, message);
        }
        if (failure instanceof ApiCallTimeoutException) {
            return "AWS does not answer in time: check the network, --region and AWS_ENDPOINT_URL";
        }
        if (message.contains("Unable to unmarshall response") || message.contains("Could not parse XML")) {
            return "the answer is not one of AWS: " + NOT_AWS;
        }
        if (message.contains("Unable to load region")) {
            return "no Region: pass --region, or set AWS_REGION or the profile's region";
        }
        if ((message.contains("token") && message.contains("expire")) || message.contains("refresh SSO")) {
            return "the sign-in has expired: aws sso login, or aws login; " + message;
        }
        if (message.contains("Unable to load credentials") || message.contains("contained no credentials")) {
            return "no AWS credentials: pass --profile, set AWS_PROFILE or AWS_ACCESS_KEY_ID, or sign in with aws sso login"
                    + profile(message);
        }
        return causes(failure)
                .filter(cause -> cause instanceof UnknownHostException || cause instanceof ConnectException)
                .map(cause -> "AWS cannot be reached (%s): check the network, --region and AWS_ENDPOINT_URL"
                        .formatted(one(String.valueOf(cause.getMessage()))))
                .findFirst()
                .orElse("the call of AWS failed: " + message);
    }

    static boolean deniedAccess(AwsServiceException refused) {
        var details = refused.awsErrorDetails();
        return details != null && DENIALS.contains(String.valueOf(details.errorCode()));
    }

    private static String service(AwsServiceException refused, String text) {
        var details = refused.awsErrorDetails();
        var code = details == null ? "" : String.valueOf(details.errorCode());
        var message = details == null ? text : one(String.valueOf(details.errorMessage()));
        if (deniedAccess(refused)) {
            return denied(message);
        }
        return switch (code) {
            case "", "null" ->
                "AWS answers with HTTP %d and without a reason: %s".formatted(refused.statusCode(), NOT_AWS);
            case "ExpiredToken", "ExpiredTokenException", "RequestExpired" ->
                "the credentials have expired: sign in again, for example with aws sso login";
            case "InvalidClientTokenId", "UnrecognizedClientException", "InvalidSignatureException", "AuthFailure" ->
                "AWS does not accept the credentials: check --profile and AWS_ACCESS_KEY_ID";
            default -> "%s refused the call: %s (%s)".formatted(name(refused, code), message, code);
        };
    }

    private static String denied(String message) {
        var found = DENIED.matcher(message);
        return found.find()
                ? "access denied: %s may not %s%s; use another --profile, or ask for this right"
                        .formatted(
                                found.group(1), found.group(2), found.group(3) == null ? "" : " on " + found.group(3))
                : "access denied: " + message + "; use another --profile, or ask for this right";
    }

    private static String name(AwsServiceException refused, String code) {
        var details = refused.awsErrorDetails();
        return details == null || details.serviceName() == null || code.isEmpty() ? "AWS" : details.serviceName();
    }

    private static String profile(String message) {
        var found = Pattern.compile("for profile '([^']*)'").matcher(message);
        return found.find() ? "; there are none in profile " + found.group(1) : "";
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return failure.getCause() == null
                ? Stream.of(failure)
                : Stream.concat(Stream.of(failure), causes(failure.getCause()));
    }

    private static String one(String message) {
        return SafeText.line(message.replaceAll("\\s+", " ").strip());
    }
}
