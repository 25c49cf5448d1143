package io.enifailover;

import io.enifailover.drill.ScheduledDrill;
import io.enifailover.observability.PairAlarms;
import io.enifailover.observability.PairAlarmsProps;
import io.enifailover.observability.PairDashboard;
import io.enifailover.observability.PairDashboardProps;
import io.enifailover.observability.PairMetrics;
import io.enifailover.observability.PairNotices;
import io.enifailover.observability.PairNoticesProps;
import io.enifailover.observability.PairQueries;
import io.enifailover.operator.OperatorAccess;
import io.enifailover.operator.OperatorAccessProps;
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

        var notices = new PairNotices(
                this,
                "Notices",
                new PairNoticesProps(
                        pair.floating().interfaceId(),
                        List.of(pair.primary().instanceId(), pair.standby().instanceId()),
                        settings.notificationEmail()));
        var metrics = new PairMetrics(pair.floating().interfaceId());
        var alarms = new PairAlarms(
                this,
                "Alarms",
                new PairAlarmsProps(
                        metrics, pair.controller().alias(), pair.detection().alarms(), notices.topic()));
        var logs = pair.controller().logs();
        new PairQueries(this, "Questions", logs);
        var dashboard = new PairDashboard(this, "Overview", new PairDashboardProps(metrics, alarms.all(), logs));
        var access = new OperatorAccess(
                this, "Operators", new OperatorAccessProps(pair.controller(), pair.primary(), pair.standby()));
        if (settings.drill() != null) {
            new ScheduledDrill(this, "Drill", pair.controller().alias(), settings.drill());
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
        output("LogGroupName", "What it says", logs.getLogGroupName());
        output("TableName", "The record of its moves", pair.controller().table().getTableName());
        output(
                "Witness",
                "Whether the function sees what clients see",
                witness(settings.pair().openToAll()));
        output("Dashboard", "All of it at a glance", dashboardUrl(dashboard));
        output("NoticesTopic", "What tells people", notices.topic().getTopicArn());
        output("LookPolicy", "For people who look at the pair", access.looking().getManagedPolicyArn());
        output(
                "OperatePolicy",
                "For people who operate the pair",
                access.operating().getManagedPolicyArn());
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

    private String dashboardUrl(PairDashboard dashboard) {
        return "https://%s.console.aws.amazon.com/cloudwatch/home?region=%s#dashboards/dashboard/%s"
                .formatted(getRegion(), getRegion(), dashboard.name());
    }

    private String session(WebServer server) {
        return "aws ssm start-session --region " + getRegion() + " --target " + server.instanceId();
    }
}
