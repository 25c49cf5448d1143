package io.enifailover.cdk.swap;

import io.enifailover.protocol.MoveDeadlines;
import io.enifailover.protocol.SwapProperty;
import java.util.LinkedHashMap;
import software.amazon.awscdk.CustomResource;
import software.amazon.awscdk.Duration;
import software.constructs.Construct;

/**
 * Defines the swap: a custom resource that attaches the floating interface, leaves a live holder alone when the stack is
 * updated, and detaches the interface before the stack is deleted.
 */
public final class InterfaceSwap extends Construct {
    /** Longer than the function may run, so that CloudFormation does not give up before the answer comes. */
    private static final Duration ANSWER_TIMEOUT =
            Duration.seconds(MoveDeadlines.FUNCTION_TIMEOUT.plusMinutes(1).toSeconds());

    public InterfaceSwap(Construct scope, String id, InterfaceSwapProps props) {
        super(scope, id);

        var properties = new LinkedHashMap<String, Object>();
        properties.put(SwapProperty.INTERFACE_ID, props.floating().interfaceId());
        properties.put(SwapProperty.PRIMARY_ID, props.primary().instanceId());
        properties.put(SwapProperty.STANDBY_ID, props.standby().instanceId());
        if (props.holder() != null) {
            properties.put(SwapProperty.HOLDER, props.holder().toString());
        }
        if (props.openToAll()) {
            properties.put(
                    SwapProperty.WITNESSED_SERVICE, props.floating().witnessed().toString());
        }
        var swap = CustomResource.Builder.create(this, "Resource")
                .resourceType("Custom::InterfaceSwap")
                .serviceToken(props.controller().getFunctionArn())
                .serviceTimeout(ANSWER_TIMEOUT)
                .properties(properties)
                .build();
        // Whole constructs: their addresses and permissions must exist before the swap does, and as long as it does.
        swap.getNode().addDependency(props.floating(), props.primary(), props.standby());
    }
}
