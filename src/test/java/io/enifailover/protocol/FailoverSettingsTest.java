package io.enifailover.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailoverSettingsTest {

    @Test
    void changesOneThingAtATime() {
        var deadlines = MoveDeadlines.named(List.of("attach=60"));

        assertThat(FailoverSettings.ofDefaults()
                        .withCoolDown(Duration.ZERO)
                        .withFlapLimit(60)
                        .withFailbackAfter(Duration.ofMinutes(5))
                        .withFencing(Fencing.STOP)
                        .withDeadlines(deadlines))
                .isEqualTo(new FailoverSettings(Duration.ZERO, 60, Duration.ofMinutes(5), Fencing.STOP, deadlines));
    }

    @Test
    void comeBackFromTheEnvironmentAsTheyWere() {
        var settings = new FunctionSettings(
                "eni-1",
                "stack",
                "table",
                new WitnessedService("192.0.2.1", HealthCheck.https(443, "/up"), HealthCheck.tcp(22)),
                new FailoverSettings(
                        Duration.ofSeconds(90),
                        5,
                        Duration.ofMinutes(30),
                        Fencing.STOP_FIRST,
                        MoveDeadlines.named(List.of("attach=60"))));
        var leastSettings = new FunctionSettings("eni-1", "stack", "table", null, FailoverSettings.ofDefaults());

        assertThat(FunctionSettings.fromEnvironment(settings.toEnvironment())).isEqualTo(settings);
        var unchecked = new WitnessedService("192.0.2.1", HealthCheck.tcp(5432), null);
        assertThat(WitnessedService.named("service", unchecked.toString())).isEqualTo(unchecked);
        assertThat(FunctionSettings.fromEnvironment(leastSettings.toEnvironment()))
                .isEqualTo(leastSettings);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"INTERFACE_ID", "STACK_ID", "TABLE_NAME", "COOL_DOWN", "FLAP_LIMIT", "MOVE_DEADLINES", "FENCING"
            })
    void nameAVariableThatIsMissing(String name) {
        var environment =
                new FunctionSettings("eni-1", "stack", "table", null, FailoverSettings.ofDefaults()).toEnvironment();
        environment.remove(name);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> FunctionSettings.fromEnvironment(environment))
                .withMessage(name + " must be set, got nothing");
    }
}
