package io.enifailover.app;

import io.enifailover.updateplan.ResourceSchemas;
import io.enifailover.updateplan.Template;
import io.enifailover.updateplan.UpdatePlan;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import software.amazon.awscdk.services.ec2.Instance;
import software.amazon.awscdk.services.lambda.CfnFunction;

/** The deployments that can follow a first one with default settings: each setting, and what a new version brings. */
final class DeploymentScenarios {
    private DeploymentScenarios() {}

    /** Returns the plan of each deployment, by the text that names it in the README. Each takes a synthesis. */
    static Map<String, UpdatePlan> plans(ResourceSchemas schemas) {
        var before = template(Map.of(), stack -> {});
        var plans = new LinkedHashMap<String, UpdatePlan>();
        afterwards().forEach((change, after) -> plans.put(change, UpdatePlan.of(before, after, schemas)));
        return plans;
    }

    /** Returns the name of a setting as a deployment, as the README writes it. */
    static String deployment(String setting) {
        return "`" + setting + "`";
    }

    private static Map<String, Template> afterwards() {
        var templates = new LinkedHashMap<String, Template>();
        templates.put("nothing", template(Map.of(), stack -> {}));
        for (var setting : Settings.KEYS) {
            templates.put(deployment(setting), template(Map.of(setting, OtherValues.of(setting)), stack -> {}));
        }
        templates.put("a new image", template(newImage(), stack -> {}));
        templates.put("a changed first boot", template(Map.of(), DeploymentScenarios::changeFirstBoot));
        templates.put("a new version of the function", template(Map.of(), DeploymentScenarios::changeFunctionPackage));
        return templates;
    }

    private static Template template(Map<String, ?> settings, Consumer<FailoverStack> edit) {
        var stack = Synthesis.stack(settings);
        edit.accept(stack);
        return Template.of(Synthesis.template(stack));
    }

    /** The image parameters of every architecture, as after {@code cdk context --reset}. */
    private static Map<String, String> newImage() {
        var images = new LinkedHashMap<String, String>();
        Synthesis.names(Synthesis.file("cdk.context.json")).stream()
                .filter(key -> key.startsWith("ssm:"))
                .forEach(key -> images.put(key, "ami-00000000000000001"));
        return images;
    }

    /** The CDK renders user data, and the logical id that depends on it, when the stack is synthesized. */
    private static void changeFirstBoot(FailoverStack stack) {
        stack.getNode().findAll().forEach(construct -> {
            if (construct instanceof Instance server) {
                server.getUserData().addCommands("# the next version");
            }
        });
    }

    private static void changeFunctionPackage(FailoverStack stack) {
        stack.getNode().findAll().forEach(construct -> {
            if (construct instanceof CfnFunction function) {
                function.addPropertyOverride("Code.S3Key", "the-next-version.zip");
            }
        });
    }
}
