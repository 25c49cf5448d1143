package io.enifailover;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PackagesPictureTest {
    private static final String ROOT = "io.enifailover";

    @Test
    void showsWhichPackageUsesWhich() {
        assertThat(Path.of("docs/design.md")).content().contains(picture(reduced(uses())));
    }

    private static Map<String, Set<String>> uses() {
        var uses = new TreeMap<String, Set<String>>();
        for (var type : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(ROOT)) {
            var used = type.getDirectDependenciesFromSelf().stream()
                    .map(it -> it.getTargetClass())
                    .filter(it -> it.getPackageName().startsWith(ROOT))
                    .map(PackagesPictureTest::name)
                    .filter(it -> !it.equals(name(type)))
                    .collect(toCollection(TreeSet::new));
            uses.computeIfAbsent(name(type), it -> new TreeSet<>()).addAll(used);
        }
        return uses;
    }

    /** The package that other projects import has no name of its own. */
    private static String name(JavaClass type) {
        return type.getPackageName().equals(ROOT)
                ? "pair"
                : type.getPackageName().substring(ROOT.length() + 1);
    }

    /** Without what follows from the rest: there are no cycles, another test says so. */
    private static Map<String, Set<String>> reduced(Map<String, Set<String>> uses) {
        var reduced = new TreeMap<String, Set<String>>();
        uses.forEach((user, used) -> {
            var direct = new TreeSet<>(used);
            used.forEach(one -> direct.removeAll(reach(one, uses)));
            reduced.put(user, direct);
        });
        return reduced;
    }

    private static Set<String> reach(String from, Map<String, Set<String>> uses) {
        var reached = new TreeSet<>(uses.getOrDefault(from, Set.of()));
        uses.getOrDefault(from, Set.of()).forEach(it -> reached.addAll(reach(it, uses)));
        return reached;
    }

    private static String picture(Map<String, Set<String>> uses) {
        var picture = new StringBuilder("```mermaid\nflowchart TD\n");
        uses.forEach((user, used) -> {
            if (!used.isEmpty()) {
                picture.append("    ")
                        .append(user)
                        .append(" --> ")
                        .append(String.join(" & ", used))
                        .append('\n');
            }
        });
        return picture.append("```\n").toString();
    }
}
