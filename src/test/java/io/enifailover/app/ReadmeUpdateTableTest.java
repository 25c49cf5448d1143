package io.enifailover.app;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.enifailover.updateplan.CfnLintSchemas;
import io.enifailover.updateplan.PairUpdate;
import io.enifailover.updateplan.UpdatePlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReadmeUpdateTableTest {
    private static final String HEADER = "| change | servers | interface | moves | outage of clients |\n";

    /** When it fails, the table of its message is the one to put into the README. */
    @Test
    void showsThePlanOfEveryDeployment() throws Exception {
        var readme = Files.readString(Path.of("README.md"));
        var table = table(DeploymentScenarios.plans(CfnLintSchemas.installed()));

        assertThat(readme)
                .withFailMessage(() -> "README.md must have this table:\n\n" + table)
                .contains("\n\n" + table + "\n");
    }

    /** One row for all deployments with the same effect, in the order of the first of them. */
    private static String table(Map<String, UpdatePlan> plans) {
        var rows = new LinkedHashMap<String, String>();
        plans.forEach((deployment, plan) ->
                rows.merge(PairUpdate.of(plan).cells(), deployment, (earlier, one) -> earlier + ", " + one));
        return HEADER + "|---|---|---|---|---|\n"
                + rows.entrySet().stream()
                        .map(row -> "| " + row.getValue() + " | " + row.getKey() + " |\n")
                        .collect(joining());
    }
}
