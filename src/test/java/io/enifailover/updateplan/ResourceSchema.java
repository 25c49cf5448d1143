package io.enifailover.updateplan;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What the schema of a resource type says about updates; see
 * https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html.
 *
 * @param createOnly            properties whose change replaces the resource
 * @param conditionalCreateOnly properties whose change replaces it under conditions that the schema does not state
 * @param deleteFirst           whether a replacement deletes the old resource before it creates the new one
 */
public record ResourceSchema(
        List<JsonPointer> createOnly, List<JsonPointer> conditionalCreateOnly, boolean deleteFirst) {

    static ResourceSchema of(JsonNode schema) {
        return new ResourceSchema(
                pointers(schema.path("createOnlyProperties")),
                pointers(schema.path("conditionalCreateOnlyProperties")),
                schema.path("replacementStrategy").asText().equals("delete_then_create"));
    }

    /** A pointer into the properties; of a pointer into a list, the list as a whole. */
    private static List<JsonPointer> pointers(JsonNode paths) {
        var pointers = new ArrayList<JsonPointer>();
        for (var path : paths) {
            var pointer = path.asText().replaceFirst("^/properties", "").replaceFirst("/\\*.*", "");
            pointers.add(JsonPointer.compile(pointer));
        }
        return pointers;
    }
}
