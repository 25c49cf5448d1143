package io.enifailover;

import io.enifailover.observability.ServerNotices;
import io.enifailover.pair.FailoverPair;
import io.enifailover.server.WebServer;
import java.util.List;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.Tags;
import software.constructs.Construct;

/** One pair as a stack of its own, with what an operator needs to know as outputs. */
final class FailoverStack extends Stack {
    FailoverStack(Construct scope, String id, StackProps props, Settings settings) {
        super(scope, id, props);
        Tags.of(this).add("Application", "eni-failover");

        var pair = new FailoverPair(this, "Pair", settings.pair());

        if (settings.notificationEmail() != null) {
            var servers = List.of(pair.primary().instanceId(), pair.standby().instanceId());
            new ServerNotices(this, "Notices", servers, settings.notificationEmail());
        }

        output(
                "ServiceUrl",
                "Where clients go, whoever serves",
                "http://" + pair.floating().publicAddress() + "/");
        output(
                "FloatingAddress",
                "Private address of the service",
                pair.floating().privateAddress());
        output("InterfaceId", "The interface that moves", pair.floating().interfaceId());
        output(
                "FunctionName",
                "The function that moves it",
                pair.controller().function().getFunctionName());
        output("LogGroupName", "What it says", pair.controller().logs().getLogGroupName());
        output("TableName", "The record of its moves", pair.controller().table().getTableName());
        output(
                "Witness",
                "Whether the function sees what clients see",
                witness(settings.pair().openToAll()));
        output("PrimaryInstanceId", "The primary", pair.primary().instanceId());
        output("StandbyInstanceId", "The standby", pair.standby().instanceId());
        output("PrimarySession", "A shell on the primary", session(pair.primary()));
        output("StandbySession", "A shell on the standby", session(pair.standby()));
    }

    private void output(String id, String description, String value) {
        CfnOutput.Builder.create(this, id).description(description).value(value).build();
    }

    private static String witness(boolean openToAll) {
        return openToAll ? "on" : "off, since clientCidrs leaves the world out: servers report, but nobody else checks";
    }

    private String session(WebServer server) {
        return "aws ssm start-session --region " + getRegion() + " --target " + server.instanceId();
    }
}
