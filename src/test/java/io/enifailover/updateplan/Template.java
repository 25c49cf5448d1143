package io.enifailover.updateplan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The resources of a CloudFormation template, by logical id. */
public record Template(Map<String, Resource> resources) {

    /**
     * One resource of a template.
     *
     * @param properties an object, empty if the template states none
     * @param dependsOn  logical ids of the explicit dependencies
     */
    public record Resource(String logicalId, String type, JsonNode properties, Set<String> dependsOn) {

        private static Resource of(String logicalId, JsonNode resource) {
            var dependsOn = new LinkedHashSet<String>();
            var stated = resource.path("DependsOn");
            if (stated.isTextual()) {
                dependsOn.add(stated.asText());
            }
            stated.forEach(one -> dependsOn.add(one.asText()));
            var properties = resource.path("Properties");
            return new Resource(
                    logicalId,
                    resource.path("Type").asText(),
                    properties.isMissingNode() ? JsonNodeFactory.instance.objectNode() : properties,
                    dependsOn);
        }

        /** Returns the value of a tag, or an empty string. */
        String tag(String key) {
            for (var tag : properties.path("Tags")) {
                if (tag.path("Key").asText().equals(key)) {
                    return tag.path("Value").asText();
                }
            }
            return "";
        }
    }

    public static Template of(JsonNode template) {
        var resources = new LinkedHashMap<String, Resource>();
        template.path("Resources")
                .properties()
                .forEach(it -> resources.put(it.getKey(), Resource.of(it.getKey(), it.getValue())));
        return new Template(resources);
    }

    /** Whether CloudFormation creates the first resource after the second: by reference or DependsOn, also indirectly. */
    boolean waitsFor(String logicalId, String other) {
        var reached = new LinkedHashSet<String>();
        collectDependencies(logicalId, reached);
        return reached.contains(other);
    }

    private void collectDependencies(String logicalId, Set<String> reached) {
        var resource = resources.get(logicalId);
        if (resource == null) {
            return;
        }
        var direct = new LinkedHashSet<>(resource.dependsOn());
        direct.addAll(References.in(resource.properties()));
        for (var dependency : direct) {
            if (reached.add(dependency)) {
                collectDependencies(dependency, reached);
            }
        }
    }
}
