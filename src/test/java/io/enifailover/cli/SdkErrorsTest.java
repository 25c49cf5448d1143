package io.enifailover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

class SdkErrorsTest {

    @ParameterizedTest
    @MethodSource
    void saysInOneLineWhatToDo(SdkException failure, String words) {
        assertThat(SdkErrors.explained(failure)).isEqualTo(words);
    }

    static Stream<Object[]> saysInOneLineWhatToDo() {
        return Stream.of(
                new Object[] {
                    refused(
                            "AccessDeniedException",
                            "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: lambda:InvokeFunction"
                                    + " on resource: arn:aws:lambda:us-east-1:123456789012:function:f:live because no"
                                    + " identity-based policy allows it"),
                    "access denied: arn:aws:iam::123456789012:user/ann may not lambda:InvokeFunction on"
                            + " arn:aws:lambda:us-east-1:123456789012:function:f:live; use another --profile, or ask for"
                            + " this right"
                },
                new Object[] {
                    refused("ExpiredTokenException", "The security token included in the request is expired"),
                    "the credentials have expired: sign in again, for example with aws sso login"
                },
                new Object[] {
                    refused("TooManyRequestsException", "Rate\n exceeded"),
                    "Lambda refused the call: Rate exceeded (TooManyRequestsException)"
                },
                new Object[] {
                    SdkClientException.create("Unable to load region from any of the providers in the chain X: [a, b]"),
                    "no Region: pass --region, or set AWS_REGION or the profile's region"
                },
                new Object[] {
                    SdkClientException.create("Unable to load credentials from any of the providers in the chain"),
                    "no AWS credentials: pass --profile, set AWS_PROFILE or AWS_ACCESS_KEY_ID, or sign in with aws sso login"
                },
                new Object[] {
                    SdkClientException.create(
                            "Unable to execute HTTP request: Connection refused",
                            new ConnectException("Connection refused")),
                    "AWS cannot be reached (Connection refused): check the network, --region and AWS_ENDPOINT_URL"
                });
    }

    private static AwsServiceException refused(String code, String message) {
        return AwsServiceException.builder()
                .message(message)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage(message)
                        .serviceName("Lambda")
                        .build())
                .build();
    }
}
