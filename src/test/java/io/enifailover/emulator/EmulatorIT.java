package io.enifailover.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;

/** The whole stack deployed by the real CDK CLI, and its packaged function at work over the real wire protocol. */
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EmulatorIT {
    private static final String DETACH = "DetachNetworkInterface";
    private static final String ATTACH = "AttachNetworkInterface";
    private static final String DESCRIBE = "DescribeNetworkInterfaces";
    private static final Map<String, String> TO_THE_STANDBY = Map.of("Holder", "standby");

    @AutoClose
    private static Deployment deployment;

    private static DeployedStack stack;

    private static Emulator emulator;
    private static FaultProxy proxy;
    private static String primary;
    private static String standby;
    private static NetworkInterface asDeployed;
    private static SwapFunction swap;

    @BeforeAll
    static void deployTheStack() throws Exception {
        deployment = new Deployment();
        stack = deployment.stack();
        emulator = deployment.emulator();
        proxy = deployment.proxy();
        primary = stack.primary();
        standby = stack.standby();
        asDeployed = stack.floatingInterface();
        swap = new SwapFunction(
                emulator,
                stack.function("deploy"),
                stack.id(),
                Map.of(
                        "InterfaceId",
                        stack.interfaceId(),
                        "PrimaryId",
                        primary,
                        "StandbyId",
                        standby,
                        "WitnessedService",
                        asDeployed.association().publicIp() + " http:80/healthz http:80/healthz"));
    }

    @AfterAll
    static void report() throws Exception {
        // Null if the emulator did not start, or the first deployment failed: that is the news then.
        if (stack != null) {
            Report.print(emulator);
        }
    }

    @BeforeEach
    void startOnThePrimary() {
        emulator.detachTakes(Duration.ofMillis(300));
        if (!primary.equals(stack.holder())) {
            stack.moveAsSomebodyElse(primary);
        }
        proxy.reset();
    }

    @Test
    void deploysWithTheInterfaceOnThePrimary() {
        assertThat(asDeployed.attachment().instanceId()).isEqualTo(primary);
        assertThat(asDeployed.attachment().deviceIndex()).isEqualTo(1);
        assertThat(stack.ec2().describeAddresses().addresses())
                .filteredOn(address -> stack.interfaceId().equals(address.networkInterfaceId()))
                .singleElement()
                .satisfies(address -> assertThat(address.publicIp())
                        .isEqualTo(asDeployed.association().publicIp()));
    }

    @Test
    void changesNothingWhenDeployedAgain() throws Exception {
        stack.deploy();
        proxy.reset();

        assertThat(stack.deploy()).contains("EniFailover (no changes)");

        assertThat(moves()).isEmpty();
    }

    @Test
    void movesToTheHolderThatTheDeployerAsksFor() throws Exception {
        stack.deploy("--context=holder=standby");
        assertThat(stack.holder()).isEqualTo(standby);
        assertKeepsItsAddresses();

        proxy.reset();
        stack.deploy();
        assertThat(stack.holder())
                .as("a live holder stays when nobody asks for another")
                .isEqualTo(standby);
        assertThat(moves()).isEmpty();

        stack.deploy("--context=holder=primary");
        assertThat(stack.holder()).isEqualTo(primary);
        assertKeepsItsAddresses();
    }

    @Test
    void failsTheDeploymentWithTheReason() throws Exception {
        stack.deploy();
        proxy.fail(DETACH, "UnauthorizedOperation", 1);

        assertThatThrownBy(() -> stack.deploy("--context=holder=standby"))
                .hasMessageContaining("UnauthorizedOperation");

        assertThat(stack.holder()).isEqualTo(primary);
    }

    @Test
    void leavesALiveHolderAlone() throws Exception {
        assertSucceeds(swap.update(Map.of()));

        assertThat(stack.holder()).isEqualTo(primary);
        assertThat(moves()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RequestLimitExceeded", "IncorrectState"})
    void outlastsAnErrorThatPasses(String code) throws Exception {
        proxy.fail(DESCRIBE, code, 1);
        proxy.fail(DETACH, code, 2);
        proxy.fail(ATTACH, code, 2);

        assertSucceeds(swap.update(TO_THE_STANDBY));

        assertThat(stack.holder()).isEqualTo(standby);
        assertThat(proxy.calls(DETACH)).as("two failed, one did not").hasSize(3);
        assertThat(proxy.calls(ATTACH)).as("two failed, one did not").hasSize(3);
    }

    @Test
    void waitsForASlowDetach() throws Exception {
        emulator.detachTakes(Duration.ofSeconds(3));

        assertSucceeds(swap.update(TO_THE_STANDBY));

        assertThat(stack.holder()).isEqualTo(standby);
        assertThat(proxy.calls(DETACH))
                .singleElement()
                .satisfies(call -> assertThat(call).doesNotContainEntry("Force", "true"));
    }

    @Test
    void forcesADetachThatHangs() throws Exception {
        emulator.detachHangs();

        assertSucceeds(swap.update(TO_THE_STANDBY));

        assertThat(stack.holder()).isEqualTo(standby);
        assertThat(proxy.calls(DETACH)).extracting(call -> call.get("Force")).endsWith("true");
    }

    @Test
    void neverDetachesWhatSomebodyElseHasAttached() throws Exception {
        proxy.precede(DETACH, () -> stack.moveAsSomebodyElse(standby));

        assertSucceeds(swap.update(TO_THE_STANDBY));

        assertThat(stack.holder()).isEqualTo(standby);
        assertThat(proxy.calls(DETACH))
                .extracting(call -> call.get("AttachmentId"))
                .isNotEmpty()
                .doesNotContain(stack.floatingInterface().attachment().attachmentId());
    }

    @Test
    void finishesAMoveThatDiedBetweenDetachAndAttach() throws Exception {
        proxy.prevent(ATTACH, emulator::killFunction);

        assertThat(swap.update(TO_THE_STANDBY).isMissingNode())
                .as("it died before it could answer")
                .isTrue();
        assertThat(stack.holder()).isNull();

        assertSucceeds(swap.update(TO_THE_STANDBY));
        assertThat(stack.holder()).isEqualTo(standby);
        assertKeepsItsAddresses();
    }

    /** The last one: there is nothing to test after it. */
    @Test
    @Order(Integer.MAX_VALUE)
    void leavesNothingBehindWhenTheStackIsDestroyed() throws Exception {
        stack.destroy();

        assertThat(proxy.calls(DETACH)).hasSize(1);
        assertThat(stack.leftOvers()).isEmpty();
    }

    private static List<Map<String, String>> moves() {
        return Stream.concat(proxy.calls(DETACH).stream(), proxy.calls(ATTACH).stream())
                .toList();
    }

    private static void assertSucceeds(JsonNode answer) {
        assertThat(answer.path("Status").asText()).as("%s", answer).isEqualTo("SUCCESS");
    }

    private static void assertKeepsItsAddresses() {
        assertThat(stack.floatingInterface())
                .extracting(
                        NetworkInterface::privateIpAddress, NetworkInterface::macAddress, NetworkInterface::association)
                .containsExactly(asDeployed.privateIpAddress(), asDeployed.macAddress(), asDeployed.association());
    }
}
