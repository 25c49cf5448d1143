package io.enifailover.app;

import io.enifailover.FailoverPair;
import io.enifailover.cdk.access.OperatorAccess;
import io.enifailover.cdk.access.OperatorAccessProps;
import io.enifailover.cdk.drill.ScheduledDrill;
import io.enifailover.cdk.observability.PairAlarms;
import io.enifailover.cdk.observability.PairAlarmsProps;
import io.enifailover.cdk.observability.PairDashboard;
import io.enifailover.cdk.observability.PairDashboardProps;
import io.enifailover.cdk.observability.PairMetrics;
import io.enifailover.cdk.observability.PairNotices;
import io.enifailover.cdk.observability.PairNoticesProps;
import io.enifailover.cdk.observability.PairQueries;
import io.enifailover.protocol.FunctionAlias;
import io.enifailover.protocol.PairStack;
import java.util.List;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.Tags;
import software.constructs.Construct;

/** A stack with one pair, its monitoring and its access policies. The outputs tell an operator what to use. */
final class FailoverStack extends Stack {
    FailoverStack(Construct scope, String id, StackProps props, Settings settings) {
        super(scope, id, props);
        Tags.of(this).add(PairStack.TAG, PairStack.TAG_VALUE);

        var pair = new FailoverPair(this, "Pair", settings.pair());
        pair.addOutputs();

        var notices = new PairNotices(
                this,
                "Notices",
                PairNoticesProps.builder()
                        .interfaceId(pair.floating().interfaceId())
                        .instanceIds(List.of(
                                pair.primary().instanceId(), pair.standby().instanceId()))
                        .email(settings.notificationEmail())
                        .build());
        var metrics = new PairMetrics(pair.floating().interfaceId());
        var alarms = new PairAlarms(
                this,
                "Alarms",
                PairAlarmsProps.builder()
                        .metrics(metrics)
                        .controller(pair.controller().function())
                        .detection(pair.detection().alarms())
                        .topic(notices.topic())
                        .build());
        var logs = pair.controller().logs();
        new PairQueries(this, "Questions", logs);
        var dashboard = new PairDashboard(
                this,
                "Overview",
                PairDashboardProps.builder()
                        .metrics(metrics)
                        .alarms(alarms.all())
                        .logs(logs)
                        .build());
        var access = new OperatorAccess(
                this,
                "Operators",
                OperatorAccessProps.builder()
                        .controller(pair.controller())
                        .primary(pair.primary())
                        .standby(pair.standby())
                        .build());
        if (settings.drill() != null) {
            new ScheduledDrill(this, "Drill", pair.controller().alias(FunctionAlias.LIVE), settings.drill());
        }

        output("Dashboard", "CloudWatch dashboard", dashboardUrl(dashboard));
        output(
                "NoticesTopic",
                "SNS topic for alarms and notices",
                notices.topic().getTopicArn());
        output(
                "LookPolicy",
                "IAM policy that allows read-only commands",
                access.looking().getManagedPolicyArn());
        output(
                "OperatePolicy",
                "IAM policy that allows every operator command",
                access.operating().getManagedPolicyArn());
    }

    private void output(String id, String description, String value) {
        CfnOutput.Builder.create(this, id).description(description).value(value).build();
    }

    private String dashboardUrl(PairDashboard dashboard) {
        return "https://%s.console.aws.amazon.com/cloudwatch/home?region=%s#dashboards/dashboard/%s"
                .formatted(getRegion(), getRegion(), dashboard.name());
    }
}
