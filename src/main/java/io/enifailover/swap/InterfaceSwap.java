package io.enifailover.swap;

import io.enifailover.controller.SwapHandler;
import io.enifailover.review.Findings;
import java.util.LinkedHashMap;
import software.amazon.awscdk.CustomResource;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.IFunction;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.lambda.SnapStartConf;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;

/**
 * Defines the swap: a custom resource that attaches the floating interface, leaves a live holder alone when the stack is
 * updated, and detaches it before the stack goes.
 */
public final class InterfaceSwap extends Construct {
    private static final Duration FUNCTION_TIMEOUT = Duration.minutes(3);
    /** Longer than the function may run, so that CloudFormation never gives up on an answer that still comes. */
    private static final Duration ANSWER_TIMEOUT = Duration.minutes(4);

    private final Function function;

    public InterfaceSwap(Construct scope, String id, InterfaceSwapProps props) {
        super(scope, id);

        var logs = LogGroup.Builder.create(this, "Logs")
                .retention(RetentionDays.ONE_MONTH)
                .removalPolicy(RemovalPolicy.DESTROY)
                .build();
        var role = Role.Builder.create(this, "Role")
                .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
                .build();
        logs.grantWrite(role);
        props.floating().grantMove(role);

        function = Function.Builder.create(this, "Function")
                .description(
                        "Moves the floating interface of " + scope.getNode().getPath())
                .runtime(Runtime.JAVA_25)
                .architecture(Architecture.ARM_64)
                .memorySize(512)
                .timeout(FUNCTION_TIMEOUT)
                .code(FunctionPackage.code())
                .handler(SwapHandler.class.getName() + "::handleRequest")
                .snapStart(SnapStartConf.ON_PUBLISHED_VERSIONS)
                .role(role)
                .logGroup(logs)
                .build();
        Findings.accept(
                function,
                "@aws-cdk/aws-lambda:snapStartRequirePublish",
                "The alias below stands for a published version");
        // SnapStart works on a published version only, and CloudFormation forbids a custom resource to change its
        // function: the alias stays while the version behind it changes.
        var live = Alias.Builder.create(this, "Live")
                .aliasName("live")
                .version(function.getCurrentVersion())
                .build();

        var properties = new LinkedHashMap<String, Object>();
        properties.put("InterfaceId", props.floating().interfaceId());
        properties.put("PrimaryId", props.primary().instanceId());
        properties.put("StandbyId", props.standby().instanceId());
        if (props.holder() != null) {
            properties.put("Holder", props.holder().toString());
        }
        if (props.openToAll()) {
            properties.put("ServiceUrl", "http://" + props.floating().publicAddress() + "/healthz");
        }
        var swap = CustomResource.Builder.create(this, "Resource")
                .resourceType("Custom::InterfaceSwap")
                .serviceToken(live.getFunctionArn())
                .serviceTimeout(ANSWER_TIMEOUT)
                .properties(properties)
                .build();
        // Whole constructs: also their addresses and the function's rights must be there before, and go after.
        swap.getNode().addDependency(props.floating(), props.primary(), props.standby(), role, live);
    }

    /** Returns the function that moves the interface. */
    public IFunction function() {
        return function;
    }
}
