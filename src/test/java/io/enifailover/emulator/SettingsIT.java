package io.enifailover.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enifailover.app.OtherValues;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A live pair still fails over after each deployment; each changes one setting, and the one before back to its default. */
@Timeout(300)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SettingsIT {
    /** The gateway would be detached from a VPC with public addresses, which EC2 refuses. */
    private static final String ONLY_BY_A_NEW_STACK = "vpcCidr";

    @AutoClose
    private static Deployment deployment;

    @BeforeAll
    static void deployTheStack() throws Exception {
        deployment = new Deployment();
    }

    @BeforeEach
    void heal() throws Exception {
        deployment.startHealthyWithNothingRemembered();
    }

    static List<String> changeableSettings() {
        return OtherValues.settings().stream()
                .filter(key -> !key.equals(ONLY_BY_A_NEW_STACK))
                .toList();
    }

    @Test
    @Order(1)
    void failsOverAfterAChangeOfTheNetworkIsRefused() throws Exception {
        var stack = deployment.stack();
        var interfaceId = stack.interfaceId();

        assertThatThrownBy(() -> stack.deploy(option(ONLY_BY_A_NEW_STACK)))
                .hasMessageContaining("mapped public address");

        assertThat(stack.status()).isEqualTo("UPDATE_ROLLBACK_COMPLETE");
        assertThat(stack.interfaceId()).isEqualTo(interfaceId);
        deployment.assertFailsOver();
    }

    @ParameterizedTest
    @MethodSource("changeableSettings")
    @Order(2)
    void failsOverAfterAChangeOf(String setting) throws Exception {
        deployment.stack().deploy(option(setting));

        deployment.assertFailsOver();
    }

    private static String option(String setting) {
        return "--context=" + setting + "=" + OtherValues.of(setting);
    }
}
