package io.enifailover.cdk.drill;

import static io.enifailover.app.Synthesis.json;
import static io.enifailover.app.Synthesis.resource;
import static io.enifailover.app.Synthesis.resources;
import static org.assertj.core.api.Assertions.assertThat;

import io.enifailover.app.Synthesis;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScheduledDrillTest {
    private static final String ALIAS = "PairControllerLiveF275B53C";

    @Test
    void asksForADrillOnceAWeekInItsWindowAndNotAgain() {
        var template = Synthesis.template(Map.of("drill", "sun 03:05-04:35"));

        var schedule = resource(template, "AWS::Scheduler::Schedule", "Drill").path("Properties");
        assertThat(schedule.path("ScheduleExpression").asText()).isEqualTo("cron(5 3 ? * SUN *)");
        assertThat(schedule.path("ScheduleExpressionTimezone").asText()).isEqualTo("Etc/UTC");
        assertThat(schedule.path("FlexibleTimeWindow"))
                .isEqualTo(json("{\"Mode\": \"FLEXIBLE\", \"MaximumWindowInMinutes\": 90}"));
        assertThat(schedule.at("/Target/Arn")).isEqualTo(json("{\"Ref\": \"" + ALIAS + "\"}"));
        assertThat(schedule.at("/Target/Input").asText()).isEqualTo("{\"order\":\"drill\"}");
        assertThat(schedule.at("/Target/RetryPolicy/MaximumRetryAttempts").asInt())
                .isZero();
    }

    @Test
    void mayCallTheControllerByItsAliasAndDoNothingElse() {
        var template = Synthesis.template(Map.of("drill", "sun 03:00-04:00"));

        var role =
                resource(template, "AWS::Scheduler::Schedule", "Drill").at("/Properties/Target/RoleArn/Fn::GetAtt/0");
        assertThat(resources(template, "AWS::IAM::Policy").values().stream()
                        .map(policy -> policy.path("Properties"))
                        .filter(policy -> policy.at("/Roles/0/Ref").equals(role))
                        .map(policy -> policy.at("/PolicyDocument/Statement")))
                .containsExactly(json("""
                        [{"Effect": "Allow",
                          "Action": "lambda:InvokeFunction",
                          "Resource": {"Ref": "%s"}}]""".formatted(ALIAS)));
    }

    @Test
    void doesNotExistUnlessSomebodyWantsIt() {
        assertThat(resources(Synthesis.template(Map.of()), "AWS::Scheduler::Schedule"))
                .isEmpty();
    }
}
