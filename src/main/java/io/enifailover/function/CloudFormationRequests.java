package io.enifailover.function;

import com.amazonaws.services.lambda.runtime.events.CloudFormationCustomResourceEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.enifailover.protocol.SafeText;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads CloudFormation's requests for the custom resource, and refuses anything that CloudFormation does not send. Otherwise
 * the function would call any URL in a request.
 *
 * @see <a href="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requesttypes.html">Requests</a>
 */
final class CloudFormationRequests {
    private static final Pattern TYPES = Pattern.compile("Create|Update|Delete");

    private final JsonMapper json;
    private final Pattern stackId;
    private final Pattern responseUrl;

    /** @param stackId the only stack whose requests are accepted */
    CloudFormationRequests(JsonMapper json, String stackId) {
        this.json = json;
        this.stackId = Pattern.compile(Pattern.quote(stackId));
        // For tests, whose emulator has no S3 URLs. Only the command that starts the function can set the property.
        this.responseUrl = Pattern.compile(System.getProperty("eni-failover.response-url", presignedUrl(stackId)));
    }

    /**
     * Returns the pattern of a presigned URL of CloudFormation's bucket, whose name ends with the Region without its hyphens.
     * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-vpce-bucketnames.html
     */
    private static String presignedUrl(String stackId) {
        var parts = stackId.split(":", -1);
        var region = parts.length > 3 ? parts[3].replace("-", "") : "";
        return "https://cloudformation-custom-resource-response-" + Pattern.quote(region)
                + "\\.s3([.-][a-z0-9-]+){0,2}\\.amazonaws\\.com/[!-~]*";
    }

    /**
     * @throws IllegalArgumentException with a one-line message, for anything that CloudFormation does not send for this stack
     */
    CloudFormationCustomResourceEvent read(JsonNode event) {
        var request = converted(event);
        require("RequestType", "Create, Update or Delete", TYPES, request.getRequestType());
        require("ResponseURL", "of CloudFormation's own bucket", responseUrl, request.getResponseUrl());
        require("StackId", "the id of the controller's stack", stackId, request.getStackId());
        requirePresent("RequestId", request.getRequestId());
        requirePresent("LogicalResourceId", request.getLogicalResourceId());
        requirePresent("ResourceProperties", request.getResourceProperties());
        if (!request.getRequestType().equals("Create")) {
            requirePresent("PhysicalResourceId", request.getPhysicalResourceId());
        }
        return request;
    }

    /** Converted before the checks: the mapper accepts names in any case, and the checks must see the values that are used. */
    private CloudFormationCustomResourceEvent converted(JsonNode event) {
        try {
            return json.convertValue(event, CloudFormationCustomResourceEvent.class);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "a request of CloudFormation must have fields of the documented types", e);
        }
    }

    private static void require(String name, String meaning, Pattern form, @Nullable String value) {
        if (value == null || !form.matcher(value).matches()) {
            throw new IllegalArgumentException("%s must be %s, got %s"
                    .formatted(name, meaning, value == null ? "nothing" : SafeText.received(value)));
        }
    }

    private static void requirePresent(String name, @Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException(name + " must be given, got nothing");
        }
    }
}
