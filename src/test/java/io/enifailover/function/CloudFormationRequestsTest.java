package io.enifailover.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.amazonaws.services.lambda.runtime.events.CloudFormationCustomResourceEvent;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloudFormationRequestsTest {
    private static final String STACK = "arn:aws:cloudformation:eu-west-1:123456789012:stack/Pair/1a2b";
    private static final String BUCKET = "https://cloudformation-custom-resource-response-euwest1.s3";
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES)
            .build();

    private final ObjectNode event = JSON.valueToTree(Map.of(
            "RequestType", "Delete",
            "ResponseURL", BUCKET + ".amazonaws.com/arn%3Aaws%7CSwap%7C1?X-Amz-Signature=1f",
            "StackId", STACK,
            "RequestId", "request",
            "LogicalResourceId", "Swap",
            "PhysicalResourceId", "eni-0123456789abcdef0",
            "ResourceProperties", Map.of()));

    @ParameterizedTest
    @ValueSource(strings = {"", ".eu-west-1", "-eu-west-1", ".dualstack.eu-west-1"})
    void takesEachFormOfTheUrlOfCloudFormationsBucket(String endpoint) {
        var url = BUCKET + endpoint + ".amazonaws.com/answer?X-Amz-Signature=1f";
        event.put("ResponseURL", url);

        assertThat(read().getResponseUrl()).isEqualTo(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://cloudformation-custom-resource-response-euwest1.s3.amazonaws.com/answer",
                "https://example.com/answer",
                "https://cloudformation-custom-resource-response-euwest1.s3.amazonaws.com.example.com/answer",
                "https://cloudformation-custom-resource-response-euwest1.s3.amazonaws.com@example.com/answer",
                "https://cloudformation-custom-resource-response-euwest1.s3.amazonaws.com:8443/answer",
                "https://example.com/cloudformation-custom-resource-response-euwest1.s3.amazonaws.com/answer",
                "https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/answer",
                "https://cloudformation-custom-resource-response-euwest1-mine.s3.amazonaws.com/answer",
                "https://mine.s3.amazonaws.com/answer",
                "http://169.254.169.254/latest",
                "https://cloudformation-custom-resource-response-euwest1.s3.amazonaws.com/a\nb",
                ""
            })
    void refusesEveryOtherUrl(String url) {
        event.put("ResponseURL", url);

        assertThatIllegalArgumentException()
                .isThrownBy(this::read)
                .withMessageStartingWith("ResponseURL must be of CloudFormation's own bucket, got ");
    }

    /** Jackson takes the name in any case, so the second one would win. */
    @Test
    void refusesAUrlWhoseNameIsWrittenInAnotherCase() {
        event.put("responseUrl", "https://example.com/answer");

        assertThatIllegalArgumentException()
                .isThrownBy(this::read)
                .withMessage("ResponseURL must be of CloudFormation's own bucket, got https://example.com/answer");
    }

    @ParameterizedTest
    @CsvSource({
        "RequestType, Destroy, 'RequestType must be Create, Update or Delete, got Destroy'",
        "RequestType, delete, 'RequestType must be Create, Update or Delete, got delete'",
        "StackId, another, 'StackId must be the id of the controller''s stack, got another'",
        "ResourceProperties, all, a request of CloudFormation must have fields of the documented types"
    })
    void refusesWhatCloudFormationDoesNotSend(String field, String value, String message) {
        event.put(field, value);

        assertThatIllegalArgumentException().isThrownBy(this::read).withMessage(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RequestType",
                "ResponseURL",
                "StackId",
                "RequestId",
                "LogicalResourceId",
                "PhysicalResourceId",
                "ResourceProperties"
            })
    void refusesARequestThatLacksAField(String field) {
        event.remove(field);

        assertThatIllegalArgumentException()
                .isThrownBy(this::read)
                .withMessageStartingWith(field)
                .withMessageEndingWith(", got nothing");
    }

    @Test
    void takesACreationThatHasNoPhysicalIdYet() {
        event.put("RequestType", "Create").remove("PhysicalResourceId");

        assertThat(read().getRequestType()).isEqualTo("Create");
    }

    private CloudFormationCustomResourceEvent read() {
        return new CloudFormationRequests(JSON, STACK).read(event);
    }
}
