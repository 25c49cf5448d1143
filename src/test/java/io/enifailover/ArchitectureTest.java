package io.enifailover;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.enifailover.protocol.AnyCertificate;
import io.enifailover.protocol.HealthCheck;
import io.enifailover.protocol.HttpHead;
import io.enifailover.protocol.SafeText;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

@AnalyzeClasses(packages = "io.enifailover", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final List<String> LIBRARIES_OF_THE_FUNCTION =
            List.of("software.amazon.awssdk", "software.amazon.lambda", "com.amazonaws", "org.slf4j");

    /** RecordBuilder nests these in each builder. */
    private static final Set<String> GENERATED = Set.of("With", "_FromWith");

    @ArchTest
    static final ArchRule theFunctionKnowsNothingOfTheCdk = noClasses()
            .that()
            .resideInAPackage("io.enifailover.function..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("software.amazon.awscdk..", "software.constructs..", "software.amazon.jsii..");

    @ArchTest
    static final ArchRule theProtocolIsPlainJava = classes()
            .that()
            .resideInAPackage("io.enifailover.protocol..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("io.enifailover.protocol..", "java..", "javax.net.ssl..", "org.jspecify..");

    /** A project that depends on the jar does not inherit the libraries of the function and of the command line. */
    @ArchTest
    static final ArchRule theConstructsNeedNoLibraryOfTheFunction = noClasses()
            .that()
            .resideOutsideOfPackages("io.enifailover.function..", "..simulation..", "..demo..", "..cli..", "..outage..")
            .should()
            .dependOnClassesThat(describe(
                    "need a library of the function, directly or through other classes of this project",
                    type -> needsLibraryOfTheFunction(type, new HashSet<>())));

    /** It runs the function in the demonstration only, which hides it. */
    @ArchTest
    static final ArchRule theCommandLineKnowsNothingOfThePairButItsProtocol = classes()
            .that()
            .resideInAPackage("..cli..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.enifailover.cli..",
                    "io.enifailover.demo..",
                    "io.enifailover.outage..",
                    "io.enifailover.protocol..",
                    "java..",
                    "picocli..",
                    "software.amazon.awssdk..",
                    "com.fasterxml.jackson..",
                    "org.jspecify..");

    /** The lab runs it in a process of its own, where clients are. */
    @ArchTest
    static final ArchRule theMeasurementKnowsNothingOfWhatItMeasures = classes()
            .that()
            .resideInAPackage("..outage..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                            "io.enifailover.outage..",
                            "java..",
                            "javax.net.ssl..",
                            "com.fasterxml.jackson..",
                            "com.samskivert.mustache..",
                            "org.jspecify..")
                    .or(type(SafeText.class))
                    .or(type(AnyCertificate.class))
                    .or(type(HttpHead.class))
                    .or(belongTo(type(HealthCheck.class))));

    @ArchTest
    static final ArchRule eachLayerUsesOnlyThoseBelow = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("application")
            .definedBy("io.enifailover.app..")
            .layer("pair")
            .definedBy("io.enifailover")
            .layer("parts")
            .definedBy("io.enifailover.cdk..")
            .layer("function")
            .definedBy("io.enifailover.function..")
            .layer("simulation")
            .definedBy("io.enifailover.simulation..")
            .layer("demonstration")
            .definedBy("io.enifailover.demo..")
            .layer("protocol")
            .definedBy("io.enifailover.protocol..")
            .whereLayer("application")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("pair")
            .mayOnlyBeAccessedByLayers("application")
            .whereLayer("parts")
            .mayOnlyBeAccessedByLayers("application", "pair")
            .whereLayer("function")
            .mayOnlyBeAccessedByLayers("parts", "simulation", "demonstration")
            .whereLayer("simulation")
            .mayOnlyBeAccessedByLayers("demonstration");

    @ArchTest
    static final ArchRule noTwoPackagesNeedEachOther =
            slices().matching("io.enifailover.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyEntryPointsReadTheEnvironment = noClasses()
            .that()
            .doNotHaveSimpleName("FailoverApp")
            .and()
            .doNotHaveSimpleName("ControllerHandler")
            .and()
            .doNotHaveSimpleName("Failover")
            .should()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getenv", String.class);

    @ArchTest
    static final ArchRule synthesisIsDeterministic = noClasses()
            .that()
            .resideOutsideOfPackages("io.enifailover.function..", "..simulation..", "..demo..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.time.Clock")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.Random")
            .orShould()
            .callMethod(java.util.UUID.class, "randomUUID")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule constructsAreNotForSubclassing = classes()
            .that()
            .areAssignableTo("software.constructs.Construct")
            .should()
            .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL);

    /** {@code Map.of} iterates in another order in every process: what it holds must not get into a template. */
    @ArchTest
    static final ArchRule templatesHaveOneOrder = noClasses()
            .that()
            .resideOutsideOfPackages("io.enifailover.function..", "..simulation..", "..demo..")
            .should()
            .callMethodWhere(describe(
                    "Map.of with several entries",
                    call -> call.getTarget().getOwner().isEquivalentTo(Map.class)
                            && call.getTarget().getName().startsWith("of")
                            && call.getTarget().getRawParameterTypes().size() != 0
                            && call.getTarget().getRawParameterTypes().size() != 2));

    /** A reader who meets a name knows which type it is, nested or not, without looking at the imports. */
    @ArchTest
    static void noTwoTypesHaveTheSameName(JavaClasses types) {
        var named = types.stream()
                .filter(type ->
                        !type.isAnonymousClass() && !type.getSimpleName().isEmpty())
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .filter(type -> !GENERATED.contains(type.getSimpleName()))
                .collect(groupingBy(JavaClass::getSimpleName, TreeMap::new, mapping(JavaClass::getName, toList())));
        named.values().removeIf(names -> names.size() == 1);
        assertThat(named).isEmpty();
    }

    /** ArchUnit's own transitive rule would walk through the whole CDK, which takes minutes. */
    private static boolean needsLibraryOfTheFunction(JavaClass type, Set<JavaClass> seen) {
        if (LIBRARIES_OF_THE_FUNCTION.stream().anyMatch(type.getPackageName()::startsWith)) {
            return true;
        }
        return type.getPackageName().startsWith("io.enifailover.")
                && seen.add(type)
                && type.getDirectDependenciesFromSelf().stream()
                        .anyMatch(it -> needsLibraryOfTheFunction(it.getTargetClass(), seen));
    }
}
