package io.enifailover;

import io.enifailover.cdk.server.ServerInstance;
import io.enifailover.protocol.PairStack;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;

/** Adds the outputs and the tag by which the operator's command finds the pair of a stack. */
final class PairOutputs {
    private final Stack stack;

    private PairOutputs(Stack stack) {
        this.stack = stack;
    }

    /** The command finds the outputs by their ids, so a stack can have the outputs of only one pair. */
    static void add(FailoverPair pair, FailoverPairProps props) {
        var stack = Stack.of(pair);
        if (stack.getNode().tryFindChild(PairStack.INTERFACE_ID) != null) {
            throw new IllegalArgumentException("outputs of stack %s must be those of one pair, got %s as another one"
                    .formatted(stack.getNode().getPath(), pair.getNode().getPath()));
        }
        stack.addStackTag(PairStack.TAG, PairStack.TAG_VALUE);
        new PairOutputs(stack).write(pair, props);
    }

    private void write(FailoverPair pair, FailoverPairProps props) {
        var floating = pair.floating();
        var controller = pair.controller();
        output(PairStack.SERVICE_URL, "URL of the service", props.service().urlAt(floating.publicAddress()));
        output(PairStack.SERVICE_NAME, "Name of the service", props.service().name());
        output(
                PairStack.HEALTH_URL,
                "URL of the service's health check",
                floating.witnessed().endpoint().toString());
        output(
                PairStack.HEALTH_CHECK,
                "The service's health check, with the statuses that count as success unless 200 to 399",
                floating.witnessed().check().toString());
        output("FloatingAddress", "Private address of the service", floating.privateAddress());
        output(PairStack.INTERFACE_ID, "Floating interface", floating.interfaceId());
        output(
                PairStack.FUNCTION_NAME,
                "Controller function",
                controller.function().getFunctionName());
        output(
                PairStack.LOG_GROUP_NAME,
                "Controller log group",
                controller.logs().getLogGroupName());
        output(
                "TableName",
                "DynamoDB table of the pair record",
                controller.table().getTableName());
        output("Witness", "Whether the controller can reach the service as clients do", witness(props.openToAll()));
        output("PrimaryInstanceId", "Primary instance", pair.primary().instanceId());
        output("StandbyInstanceId", "Standby instance", pair.standby().instanceId());
        output("PrimarySession", "Opens a shell on the primary", session(pair.primary()));
        output("StandbySession", "Opens a shell on the standby", session(pair.standby()));
    }

    private void output(String id, String description, String value) {
        CfnOutput.Builder.create(stack, id)
                .description(description)
                .value(value)
                .build();
    }

    private static String witness(boolean openToAll) {
        return openToAll ? "on" : "off: clientCidrs excludes the controller, so only the servers check the service";
    }

    private String session(ServerInstance server) {
        return "aws ssm start-session --region " + stack.getRegion() + " --target " + server.instanceId();
    }
}
