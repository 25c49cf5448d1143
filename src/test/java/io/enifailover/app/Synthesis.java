package io.enifailover.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.assertions.Template;

/** Synthesizes as the command line would: with the context of {@code cdk.json} and {@code cdk.context.json}. */
public final class Synthesis {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Map<Map<String, ?>, JsonNode> TEMPLATES = new ConcurrentHashMap<>();

    private Synthesis() {}

    /** Returns an empty application with that context. */
    public static App app(Map<String, ?> settings) {
        var context = new HashMap<String, Object>();
        context.putAll(map(file("cdk.json").path("context")));
        context.putAll(map(file("cdk.context.json")));
        context.putAll(settings);
        return new App(
                AppProps.builder().context(context).analyticsReporting(false).build());
    }

    /** Returns an empty stack in that Region of some account. */
    public static Stack stackIn(String region, String id) {
        return new Stack(
                app(Map.of()), id, StackProps.builder().env(environment(region)).build());
    }

    /** Returns that Region of some account. */
    static Environment environment(String region) {
        return Environment.builder().account("123456789012").region(region).build();
    }

    /** Returns the application's stack, as without credentials. */
    static FailoverStack stack(Map<String, ?> settings) {
        return FailoverApp.define(app(settings), Map.of());
    }

    /** Returns the template of the application's stack, which is synthesized once for all tests. */
    public static JsonNode template(Map<String, ?> settings) {
        return TEMPLATES
                .computeIfAbsent(Map.copyOf(settings), distinct -> template(stack(distinct)))
                .deepCopy();
    }

    /** Returns the template of any stack. */
    public static JsonNode template(Stack stack) {
        return JSON.valueToTree(Template.fromStack(stack).toJSON());
    }

    /** Returns the resources of a type, by logical id. */
    public static Map<String, JsonNode> resources(JsonNode template, String type) {
        var found = new TreeMap<String, JsonNode>();
        template.path("Resources").properties().forEach(resource -> {
            if (resource.getValue().path("Type").asText().equals(type)) {
                found.put(resource.getKey(), resource.getValue());
            }
        });
        return found;
    }

    /** Returns the one resource of that type whose logical id begins with this. */
    public static JsonNode resource(JsonNode template, String type, String idPrefix) {
        return Objects.requireNonNull(resources(template, type).get(logicalId(template, type, idPrefix)));
    }

    /** Returns the logical id, beginning with this, of the one resource of that type. */
    public static String logicalId(JsonNode template, String type, String idPrefix) {
        var found = new TreeMap<>(resources(template, type));
        found.keySet().removeIf(id -> !id.startsWith(idPrefix));
        if (found.size() != 1) {
            throw new AssertionError("not one " + type + " " + idPrefix + "…, but " + found.keySet());
        }
        return found.firstKey();
    }

    /** Returns the names of an object's fields. */
    public static List<String> names(JsonNode object) {
        return object.propertyStream().map(Map.Entry::getKey).toList();
    }

    /** Reads JSON, for an exact expectation. */
    public static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode file(String name) {
        try {
            return JSON.readTree(new File(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> map(JsonNode object) {
        return JSON.convertValue(object, new TypeReference<>() {});
    }
}
