package io.enifailover.updateplan;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.enifailover.updateplan.Template.Resource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What CloudFormation does to each resource of a stack when it is updated from one template to another.
 *
 * <p>A property changes if its text changes, or if it refers to a resource that is replaced: the text is then the same, the
 * value is not. An update in place changes no references. Changes of metadata, policies and DependsOn have no effect on a
 * resource and are ignored.
 *
 * @param changes by logical id, those that stay as they are included
 */
public record UpdatePlan(Template before, Template after, Map<String, Change> changes) {
    /** The property whose value a custom resource returns as its physical id. */
    private static final Map<String, String> PHYSICAL_ID_PROPERTIES = Map.of("Custom::InterfaceSwap", "InterfaceId");

    /**
     * What happens to one resource.
     *
     * @param properties top-level properties that change, in alphabetical order
     */
    public record Change(String logicalId, String type, Action action, Set<String> properties) {

        boolean is(String otherType) {
            return type.equals(otherType);
        }
    }

    public static UpdatePlan of(Template before, Template after, ResourceSchemas schemas) {
        var changes = new LinkedHashMap<String, Change>();
        // A replaced resource may replace those that refer to it, and so on: repeat until nothing changes any more.
        while (true) {
            var next = changes(before, after, schemas, changes);
            if (next.equals(changes)) {
                return new UpdatePlan(before, after, Collections.unmodifiableMap(changes));
            }
            changes = next;
        }
    }

    /** Returns what happens to a resource of either template. */
    public Change change(String logicalId) {
        var change = changes.get(logicalId);
        if (change == null) {
            throw new IllegalArgumentException("neither template has a resource " + logicalId);
        }
        return change;
    }

    /** Whether the Elastic IPs that belong to an interface, and not to a server, survive the update. */
    public boolean floatingAddressStays() {
        return before.resources().values().stream()
                .filter(resource -> resource.type().equals("AWS::EC2::EIPAssociation")
                        && resource.properties().has("NetworkInterfaceId"))
                .map(association -> actionOnReferenced(association.properties().path("AllocationId")))
                .allMatch(Action.NONE::equals);
    }

    /** Returns the changes of all resources of a type. */
    Stream<Change> ofType(String type) {
        return changes.values().stream().filter(change -> change.is(type));
    }

    /** Returns what happens to the resource that a property refers to; if it is no resource of the template, nothing. */
    Action actionOnReferenced(JsonNode property) {
        return References.in(property).stream()
                .map(changes::get)
                .filter(change -> change != null)
                .map(Change::action)
                .reduce(Action.NONE, Action::strongest);
    }

    private static LinkedHashMap<String, Change> changes(
            Template before, Template after, ResourceSchemas schemas, Map<String, Change> known) {
        var changes = new LinkedHashMap<String, Change>();
        after.resources().forEach((id, resource) -> {
            var old = before.resources().get(id);
            changes.put(
                    id,
                    old == null
                            ? new Change(id, resource.type(), Action.CREATE, Set.of())
                            : change(old, resource, schemas, known));
        });
        before.resources().forEach((id, resource) -> {
            if (!after.resources().containsKey(id)) {
                changes.put(id, new Change(id, resource.type(), Action.REMOVE, Set.of()));
            }
        });
        return changes;
    }

    private static Change change(Resource old, Resource resource, ResourceSchemas schemas, Map<String, Change> known) {
        if (!old.type().equals(resource.type())) {
            throw new IllegalArgumentException("CloudFormation does not let %s become %s: %s"
                    .formatted(old.type(), resource.type(), resource.logicalId()));
        }
        var names = new TreeSet<String>();
        old.properties().fieldNames().forEachRemaining(names::add);
        resource.properties().fieldNames().forEachRemaining(names::add);
        names.removeIf(name -> !changes(JsonPointer.empty().appendProperty(name), old, resource, known));
        return new Change(resource.logicalId(), resource.type(), action(old, resource, names, schemas, known), names);
    }

    private static Action action(
            Resource old, Resource resource, Set<String> names, ResourceSchemas schemas, Map<String, Change> known) {
        if (names.isEmpty()) {
            return Action.NONE;
        }
        if (isCustom(resource.type())) {
            return names.contains(PHYSICAL_ID_PROPERTIES.getOrDefault(resource.type(), ""))
                    ? Action.UPDATE_WITH_NEW_ID
                    : Action.UPDATE;
        }
        var schema = schemas.schemaOf(resource.type());
        var replaced = schema.createOnly().stream().anyMatch(pointer -> changes(pointer, old, resource, known));
        var action = schema.conditionalCreateOnly().stream()
                .filter(pointer -> changes(pointer, old, resource, known))
                .map(pointer -> ConditionalUpdates.actionOf(resource.type(), pointer.getMatchingProperty()))
                .reduce(replaced ? Action.REPLACE : Action.UPDATE, Action::strongest);
        return action == Action.REPLACE && schema.deleteFirst() ? Action.REPLACE_DELETE_FIRST : action;
    }

    private static boolean changes(JsonPointer pointer, Resource old, Resource resource, Map<String, Change> known) {
        var value = resource.properties().at(pointer);
        return !old.properties().at(pointer).equals(value)
                || References.in(value).stream()
                        .map(known::get)
                        .anyMatch(change -> change != null && change.action().changesReferences());
    }

    private static boolean isCustom(String type) {
        return type.startsWith("Custom::") || type.equals("AWS::CloudFormation::CustomResource");
    }
}
