package io.enifailover.cdk.observability;

import java.util.List;
import software.amazon.awscdk.services.logs.CfnQueryDefinition;
import software.amazon.awscdk.services.logs.ILogGroup;
import software.constructs.Construct;

/** Defines queries of the controller's log, stored in CloudWatch Logs Insights. */
public final class PairQueries extends Construct {
    static final List<String> WHAT_HAPPENED = List.of(
            "fields @timestamp, event, reason, trigger",
            "filter event in [\"moved\", \"failed\", \"refused\", \"alert\"]",
            "sort @timestamp desc",
            "limit 20");

    /** Names single fields inside the observation, since Logs Insights flattens JSON. */
    private static final String WITH_OBSERVATION =
            "fields @timestamp, event, reason, trigger, observation.interface, observation.service,"
                    + " observation.servers.0, observation.servers.1";

    private static final List<String> WHY_DID_IT_MOVE =
            List.of(WITH_OBSERVATION, "filter event in [\"moved\", \"failed\"]", "sort @timestamp desc", "limit 100");

    private static final List<String> WHY_DID_IT_NOT = List.of(
            WITH_OBSERVATION,
            "filter event in [\"refused\", \"alert\", \"gave way\"]",
            "sort @timestamp desc",
            "limit 100");

    private final ILogGroup logs;

    /** @param logs log of the controller */
    public PairQueries(Construct scope, String id, ILogGroup logs) {
        super(scope, id);
        this.logs = logs;
        query("Moved", "why did it move", WHY_DID_IT_MOVE);
        query("NotMoved", "why did it not", WHY_DID_IT_NOT);
    }

    /** CloudWatch requires a name, and shows a slash in it as a folder. */
    private void query(String id, String title, List<String> lines) {
        CfnQueryDefinition.Builder.create(this, id)
                .name(getNode().getPath() + "/" + title)
                .logGroupNames(List.of(logs.getLogGroupName()))
                .queryString(String.join("\n| ", lines))
                .build();
    }
}
