package io.enifailover.emulator;

import static io.enifailover.emulator.ControllerFunction.heartbeat;
import static io.enifailover.emulator.ControllerFunction.report;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enifailover.SettingKeys;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    /** Another value than the default, for each setting. */
    private static final Map<String, String> OTHER_VALUES = Map.ofEntries(
            Map.entry("vpcCidr", "10.1.0.0/16"),
            Map.entry("zone", "us-east-1b"),
            Map.entry("instanceType", "t4g.small"),
            Map.entry("floatingAddress", "10.0.0.30"),
            Map.entry("primaryGeneration", "2"),
            Map.entry("standbyGeneration", "2"),
            Map.entry("clientCidrs", "203.0.113.0/24"),
            Map.entry("notificationEmail", "ops@example.com"),
            Map.entry("holder", "standby"),
            Map.entry("probeInterval", "0.5"),
            Map.entry("failureThreshold", "5"),
            Map.entry("coolDown", "120"),
            Map.entry("flapLimit", "5"),
            Map.entry("failback", "30"),
            Map.entry("fencing", "stop"),
            Map.entry("moveDeadlines", "10,10,30,20,20"),
            Map.entry("drill", "sun 03:00-04:00"));

    /** The gateway would be detached from a VPC with public addresses, which EC2 refuses. */
    private static final String ONLY_BY_A_NEW_STACK = "vpcCidr";

    @AutoClose
    private static Deployment deployment;

    private static DeployedStack stack;
    private static ControllerFunction controller;

    @BeforeAll
    static void deployTheStack() throws Exception {
        deployment = new Deployment();
        stack = deployment.stack();
        controller = new ControllerFunction(deployment.emulator(), stack);
    }

    @BeforeEach
    void heal() {
        deployment.internet().heal();
        startBothServers();
        stack.emptyTheRecord();
    }

    static List<String> changeableSettings() {
        return SettingKeys.all().stream()
                .filter(key -> !key.equals(ONLY_BY_A_NEW_STACK))
                .toList();
    }

    @Test
    @Order(1)
    void failsOverAfterAChangeOfTheNetworkIsRefused() {
        var interfaceId = stack.interfaceId();

        assertThatThrownBy(() -> stack.deploy(option(ONLY_BY_A_NEW_STACK)))
                .hasMessageContaining("mapped public address");

        assertThat(stack.status()).isEqualTo("UPDATE_ROLLBACK_COMPLETE");
        assertThat(stack.interfaceId()).isEqualTo(interfaceId);
        assertFailsOver();
    }

    @ParameterizedTest
    @MethodSource("changeableSettings")
    @Order(2)
    void failsOverAfterAChangeOf(String key) throws Exception {
        stack.deploy(option(key));

        assertFailsOver();
    }

    private static void assertFailsOver() {
        stack.emptyTheRecord();
        startBothServers();
        var holder = Objects.requireNonNull(stack.holder(), "nobody holds the interface after the deployment");
        assertThat(holder).isIn(stack.primary(), stack.standby());
        var other = holder.equals(stack.primary()) ? stack.standby() : stack.primary();
        assertThat(deployment.internet().servedBy(stack.serviceAddress()))
                .as("serves clients after the deployment")
                .contains(holder);

        deployment.internet().makeSick(holder);
        var answer = send(report(other));

        assertThat(stack.holder()).as("%s", answer).isEqualTo(other);
        assertThat(deployment.internet().servedBy(stack.serviceAddress()))
                .as("serves clients after the failover")
                .contains(other);
    }

    /** As both watches do in the minute after a boot: a server that was never heard of is no candidate. */
    private static void startBothServers() {
        stack.ec2().startInstances(request -> request.instanceIds(stack.primary(), stack.standby()));
        send(heartbeat(stack.primary()));
        send(heartbeat(stack.standby()));
    }

    private static String send(String event) {
        try {
            return controller.answer(event).toString();
        } catch (Exception e) {
            throw new AssertionError(event, e);
        }
    }

    private static String option(String key) {
        return "--context=" + key + "=" + otherValue(key);
    }

    private static String otherValue(String key) {
        return Objects.requireNonNull(OTHER_VALUES.get(key), "another value of " + key + " is missing here");
    }
}
