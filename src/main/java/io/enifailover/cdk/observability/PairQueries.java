package io.enifailover.cdk.observability;

import java.util.List;
import software.amazon.awscdk.services.logs.CfnQueryDefinition;
import software.amazon.awscdk.services.logs.ILogGroup;
import software.constructs.Construct;

/** Defines the questions to the controller's log, stored for whoever opens Logs Insights. */
public final class PairQueries extends Construct {
    static final List<String> WHAT_HAPPENED = List.of(
            "fields @timestamp, event, reason, trigger",
            "filter event in [\"moved\", \"failed\", \"refused\", \"alert\"]",
            "sort @timestamp desc",
            "limit 20");

    /** By the leaves: CloudWatch flattens what it takes in. */
    private static final String WITH_WHAT_WAS_SEEN =
            "fields @timestamp, event, reason, trigger, observation.interface, observation.service,"
                    + " observation.servers.0, observation.servers.1";

    private static final List<String> WHY_DID_IT_MOVE =
            List.of(WITH_WHAT_WAS_SEEN, "filter event in [\"moved\", \"failed\"]", "sort @timestamp desc", "limit 100");

    private static final List<String> WHY_DID_IT_NOT = List.of(
            WITH_WHAT_WAS_SEEN,
            "filter event in [\"refused\", \"alert\", \"gave way\"]",
            "sort @timestamp desc",
            "limit 100");

    private final ILogGroup logs;

    /**
     * @param logs log of the controller
     */
    public PairQueries(Construct scope, String id, ILogGroup logs) {
        super(scope, id);
        this.logs = logs;
        question("Moved", "why did it move", WHY_DID_IT_MOVE);
        question("NotMoved", "why did it not", WHY_DID_IT_NOT);
    }

    /** CloudWatch demands a name, and makes folders of its slashes. */
    private void question(String id, String words, List<String> lines) {
        CfnQueryDefinition.Builder.create(this, id)
                .name(getNode().getPath() + "/" + words)
                .logGroupNames(List.of(logs.getLogGroupName()))
                .queryString(String.join("\n| ", lines))
                .build();
    }
}
