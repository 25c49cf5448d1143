package io.enifailover.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.enifailover.protocol.Order;
import io.enifailover.protocol.SafeText;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Reads and writes the controller's JSON. */
final class Json {
    static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.READ_ENUMS_USING_TO_STRING)
            .enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .addModule(new SimpleModule()
                    .addDeserializer(Instant.class, new Instants())
                    .addSerializer(Duration.class, ToStringSerializer.instance))
            .build();

    private Json() {}

    static String order(Order order) {
        ObjectNode fields = MAPPER.valueToTree(order);
        return MAPPER.createObjectNode()
                .put("order", Order.name(order.getClass()))
                .setAll(fields)
                .toString();
    }

    /** Returns the text as JSON, if it is an object, with texts that are safe to show. */
    static Optional<JsonNode> object(String text) {
        try {
            return Optional.ofNullable(MAPPER.readTree(text))
                    .filter(JsonNode::isObject)
                    .map(Json::safe);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** Returns the same document with its names and texts safe. */
    private static JsonNode safe(JsonNode json) {
        if (json.isTextual()) {
            return MAPPER.getNodeFactory().textNode(SafeText.line(json.textValue()));
        }
        if (json.isArray()) {
            var safe = MAPPER.createArrayNode();
            json.forEach(element -> safe.add(safe(element)));
            return safe;
        }
        if (json.isObject()) {
            var safe = MAPPER.createObjectNode();
            json.properties().forEach(field -> safe.set(SafeText.line(field.getKey()), safe(field.getValue())));
            return safe;
        }
        return json;
    }

    /**
     * Checks that an answer has this field.
     *
     * @throws CommandFailed if not
     */
    static void require(JsonNode answer, String field) {
        if (!answer.has(field)) {
            throw CommandFailed.failed("the function's answer lacks " + field + ", is one of them older? "
                    + Text.excerpt(answer.toString()));
        }
    }

    static <T> T as(Class<T> type, JsonNode answer) {
        try {
            return MAPPER.treeToValue(answer, type);
        } catch (JsonProcessingException e) {
            throw CommandFailed.failed("the function's answer is not what this command knows, is one of them older? "
                    + e.getOriginalMessage());
        }
    }

    private static final class Instants extends StdDeserializer<Instant> {
        private static final long serialVersionUID = 1L;

        Instants() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return Instant.parse(parser.getText());
        }
    }
}
