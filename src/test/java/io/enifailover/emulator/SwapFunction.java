package io.enifailover.emulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** The deployed swap function, asked directly with the events that CloudFormation sends. */
final class SwapFunction {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Emulator emulator;
    private final String name;
    private final String stackId;
    private final Map<String, String> properties;

    /** Speaks for a custom resource with these properties, and no holder asked for. */
    SwapFunction(Emulator emulator, String name, String stackId, Map<String, String> properties) {
        this.emulator = emulator;
        this.name = name;
        this.stackId = stackId;
        this.properties = properties;
    }

    /**
     * Sends an Update from no holder to this one, and waits for the function.
     *
     * @return what the function put as its answer, or a missing node if it died before
     */
    JsonNode update(Map<String, String> changed) throws JsonProcessingException {
        var id = UUID.randomUUID().toString();
        var answer = emulator.answer(id);
        var wanted = new TreeMap<>(properties);
        wanted.putAll(changed);
        emulator.invoke(
                name,
                JSON.writeValueAsString(Map.of(
                        "RequestType",
                        "Update",
                        "RequestId",
                        id,
                        "ResponseURL",
                        answer.toString(),
                        "StackId",
                        stackId,
                        "LogicalResourceId",
                        "Swap",
                        "PhysicalResourceId",
                        properties.get("InterfaceId"),
                        "ResourceType",
                        "Custom::InterfaceSwap",
                        "ResourceProperties",
                        wanted,
                        "OldResourceProperties",
                        properties)));
        var document = emulator.read(answer);
        return document.isPresent() ? JSON.readTree(document.get()) : JSON.missingNode();
    }
}
