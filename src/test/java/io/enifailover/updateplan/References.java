package io.enifailover.updateplan;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds the logical ids that a value refers to by {@code Ref}, {@code Fn::GetAtt} or {@code Fn::Sub}. */
final class References {
    /** {@code ${!Literal}} is no reference. */
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^!][^}]*)}");

    private References() {}

    static Set<String> in(JsonNode value) {
        var found = new LinkedHashSet<String>();
        collect(value, found);
        return found;
    }

    private static void collect(JsonNode value, Set<String> found) {
        if (value.isObject() && value.size() == 1) {
            if (value.has("Ref")) {
                found.add(value.get("Ref").asText());
                return;
            }
            if (value.has("Fn::GetAtt")) {
                var target = value.get("Fn::GetAtt");
                found.add(target.isArray() ? target.get(0).asText() : resourceOf(target.asText()));
                return;
            }
            if (value.has("Fn::Sub")) {
                collectSub(value.get("Fn::Sub"), found);
                return;
            }
        }
        value.forEach(part -> collect(part, found));
    }

    private static void collectSub(JsonNode sub, Set<String> found) {
        var text = sub.isArray() ? sub.get(0).asText() : sub.asText();
        var variables = sub.path(1);
        VARIABLE.matcher(text)
                .results()
                .map(it -> it.group(1))
                .filter(name -> !variables.has(name))
                .map(References::resourceOf)
                .forEach(found::add);
        variables.forEach(value -> collect(value, found));
    }

    /** {@code Server.PrivateIp} names the resource {@code Server}. */
    private static String resourceOf(String name) {
        return name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
    }
}
