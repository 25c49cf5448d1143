package io.enifailover.app;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import io.enifailover.updateplan.CfnLintSchemas;
import io.enifailover.updateplan.Defects;
import io.enifailover.updateplan.PairUpdate;
import io.enifailover.updateplan.PairUpdate.Servers;
import io.enifailover.updateplan.UpdatePlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What CloudFormation does to a live pair, for every setting and every part of a new version. */
class DeploymentPlanTest {
    private static Map<String, UpdatePlan> plans;

    @BeforeAll
    static void computePlans() {
        plans = DeploymentScenarios.plans(CfnLintSchemas.installed());
    }

    @Test
    void coversEverySetting() {
        assertThat(plans.keySet())
                .containsAll(Settings.KEYS.stream()
                        .map(DeploymentScenarios::deployment)
                        .toList());
    }

    /** The name of the service is only an output. */
    @Test
    void everyScenarioButNothingChangesAResource() {
        plans.forEach((deployment, plan) -> assertThat(plan.changes().values().stream()
                        .allMatch(change -> change.properties().isEmpty()
                                && !change.action().toString().matches("CREATE|REMOVE")))
                .as(deployment)
                .isEqualTo(List.of("nothing", "`serviceName`").contains(deployment)));
    }

    @Test
    void leavesNoPairThatIsBroken() {
        assertSoftly(softly -> plans.forEach((deployment, plan) -> {
            if (!Defects.refusedByEc2(plan)) {
                softly.assertThat(Defects.in(plan)).as(deployment).isEmpty();
            }
        }));
    }

    @Test
    void onlyAnotherVpcIsRefused() {
        var refused = new TreeSet<>(plans.keySet());
        refused.removeIf(deployment -> !Defects.refusedByEc2(plan(deployment)));

        assertThat(refused).containsExactly(DeploymentScenarios.deployment("vpcCidr"));
    }

    /** An address that clients know must outlive every deployment that is possible. */
    @Test
    void keepsTheFloatingElasticIp() {
        assertSoftly(softly -> plans.forEach((deployment, plan) ->
                softly.assertThat(plan.floatingAddressStays()).as(deployment).isTrue()));
    }

    @Test
    void replacesBothServersForANewImageAndForANewFirstBoot() {
        assertThat(PairUpdate.of(plan("a new image")).servers()).isEqualTo(Servers.BOTH_NEW);
        assertThat(PairUpdate.of(plan("a changed first boot")).servers()).isEqualTo(Servers.BOTH_NEW);
    }

    /** When it fails, the table of its message is the one to put into the README. */
    @Test
    void isWhatTheReadmeShows() throws Exception {
        var readme = Files.readString(Path.of("README.md"));

        assertThat(readme)
                .withFailMessage(() -> "README.md must have this table:\n\n" + table())
                .contains("\n\n" + table() + "\n");
    }

    /** One row for all deployments with the same effect, in the order of the first of them. */
    private static String table() {
        var rows = new LinkedHashMap<String, String>();
        plans.forEach((deployment, plan) ->
                rows.merge(PairUpdate.of(plan).cells(), deployment, (earlier, one) -> earlier + ", " + one));
        return "| change | servers | interface | moves | outage of clients |\n|---|---|---|---|---|\n"
                + rows.entrySet().stream()
                        .map(row -> "| " + row.getValue() + " | " + row.getKey() + " |\n")
                        .collect(joining());
    }

    private static UpdatePlan plan(String deployment) {
        var plan = plans.get(deployment);
        if (plan == null) {
            throw new AssertionError("no scenario " + deployment);
        }
        return plan;
    }
}
