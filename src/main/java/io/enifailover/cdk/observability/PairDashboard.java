package io.enifailover.cdk.observability;

import io.enifailover.function.Kind;
import io.enifailover.function.Refusal;
import io.enifailover.protocol.MetricNames;
import io.enifailover.protocol.Step;
import java.util.List;
import java.util.stream.Stream;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.AlarmStatusWidget;
import software.amazon.awscdk.services.cloudwatch.Dashboard;
import software.amazon.awscdk.services.cloudwatch.GraphWidget;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.IWidget;
import software.amazon.awscdk.services.cloudwatch.LogQueryWidget;
import software.amazon.awscdk.services.cloudwatch.SingleValueWidget;
import software.amazon.awscdk.services.cloudwatch.TextWidget;
import software.amazon.awscdk.services.cloudwatch.YAxisProps;
import software.constructs.Construct;

/**
 * Defines the dashboard of a pair. From top to bottom: alarms, holder, service and candidate, durations of moves, and recent
 * events.
 */
public final class PairDashboard extends Construct {
    private static final int WHOLE = 24;
    private static final int HALF = 12;
    private static final int HEIGHT = 6;

    private static final String IN_WORDS = """
            **%s** · holder: 1 primary, 2 standby, 0 none · all else: 1 yes, 0 no · `failover status` says more, `failover preflight`\
             why something is not ready, docs/operations.md what to do""";

    private final Dashboard dashboard;

    public PairDashboard(Construct scope, String id, PairDashboardProps props) {
        super(scope, id);
        var metrics = props.metrics();
        dashboard = Dashboard.Builder.create(this, "Dashboard")
                .defaultInterval(Duration.hours(12))
                .widgets(List.of(
                        row(TextWidget.Builder.create()
                                .markdown(IN_WORDS.formatted(scope.getNode().getPath()))
                                .width(WHOLE)
                                .height(2)
                                .build()),
                        row(
                                AlarmStatusWidget.Builder.create()
                                        .title("Alarms")
                                        .alarms(props.alarms())
                                        .width(HALF)
                                        .height(HEIGHT)
                                        .build(),
                                SingleValueWidget.Builder.create()
                                        .title("Now")
                                        .metrics(List.of(
                                                metrics.maximum(MetricNames.HOLDER),
                                                metrics.minimum(MetricNames.SERVING),
                                                metrics.minimum(MetricNames.CANDIDATE_READY),
                                                metrics.maximum(MetricNames.TAINTED)))
                                        .width(HALF)
                                        .height(HEIGHT)
                                        .build()),
                        row(
                                graph(
                                                "Active server (1 primary, 2 standby, 0 none)",
                                                metrics.maximum(MetricNames.HOLDER))
                                        .leftYAxis(axis(0, 2))
                                        .build(),
                                graph(
                                                "Service, and readiness of the other server",
                                                metrics.minimum(MetricNames.SERVING),
                                                metrics.minimum(MetricNames.CANDIDATE_READY),
                                                metrics.maximum(MetricNames.BOTH_DOWN))
                                        .leftYAxis(axis(0, 1))
                                        .build()),
                        row(
                                graph("Phases of each move (ms)", phases(metrics))
                                        .stacked(true)
                                        .build(),
                                graph(
                                                "Outage of each move, and the controller's own probe (ms)",
                                                metrics.maximum(MetricNames.OUTAGE),
                                                metrics.maximum(MetricNames.WITNESS_LATENCY))
                                        .build()),
                        row(
                                graph("Moves", kinds(metrics)).build(),
                                graph("Moves refused or held back", refusals(metrics))
                                        .build()),
                        row(
                                graph(
                                                "Errors",
                                                Stream.of(
                                                                MetricNames.OVER_TIME,
                                                                MetricNames.FLAPPING_HELD,
                                                                MetricNames.LEASE_CONFLICTS,
                                                                MetricNames.ERRORS)
                                                        .map(metrics::sum)
                                                        .toArray(IMetric[]::new))
                                        .build(),
                                LogQueryWidget.Builder.create()
                                        .title("Last log entries")
                                        .logGroupNames(List.of(props.logs().getLogGroupName()))
                                        .queryLines(PairQueries.WHAT_HAPPENED)
                                        .width(HALF)
                                        .height(HEIGHT)
                                        .build())))
                .build();
    }

    /** Returns the name, which CloudFormation generates. */
    public String name() {
        return dashboard.getDashboardName();
    }

    private static IMetric[] phases(PairMetrics metrics) {
        return Stream.of(Step.values())
                .filter(step -> step != Step.OBSERVE)
                .map(Step::metric)
                .map(metrics::maximum)
                .toArray(IMetric[]::new);
    }

    private static IMetric[] kinds(PairMetrics metrics) {
        return Stream.of(Kind.values())
                .map(kind -> metrics.sum(MetricNames.MOVES, MetricNames.KIND, kind.toString()))
                .toArray(IMetric[]::new);
    }

    private static IMetric[] refusals(PairMetrics metrics) {
        return Stream.of(Refusal.values())
                .map(reason -> metrics.sum(MetricNames.REFUSED, MetricNames.REASON, reason.toString()))
                .toArray(IMetric[]::new);
    }

    private static GraphWidget.Builder graph(String title, IMetric... metrics) {
        return GraphWidget.Builder.create()
                .title(title)
                .left(List.of(metrics))
                .leftYAxis(YAxisProps.builder().min(0).showUnits(false).build())
                .width(HALF)
                .height(HEIGHT);
    }

    private static YAxisProps axis(int from, int to) {
        return YAxisProps.builder().min(from).max(to).showUnits(false).build();
    }

    private static List<IWidget> row(IWidget... widgets) {
        return List.of(widgets);
    }
}
