package io.enifailover.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceAttachment;

/** The whole stack deployed by the real CDK CLI, and its packaged function at work over the real wire protocol. */
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EmulatorIT {
    private static final String DETACH = "DetachNetworkInterface";
    private static final String ATTACH = "AttachNetworkInterface";
    private static final String DESCRIBE = "DescribeNetworkInterfaces";
    private static final Map<String, String> TO_THE_STANDBY = Map.of("Holder", "standby");
    private static final Path CDK_OUT = Emulator.LOGS.resolve("cdk.out");
    private static final Path OUTPUTS = Emulator.LOGS.resolve("outputs.json");

    @AutoClose
    private static Ec2Client ec2;

    @AutoClose
    private static FaultProxy proxy;

    @AutoClose
    private static Internet internet;

    @AutoClose
    private static Emulator emulator;

    private static CdkCli cdk;

    private static String interfaceId;
    private static String primary;
    private static String standby;
    private static NetworkInterface asDeployed;
    private static SwapFunction swap;

    @BeforeAll
    static void deployTheStack() throws Exception {
        var endpoint = Emulator.freeEndpoint();
        ec2 = Emulator.ec2(endpoint);
        proxy = new FaultProxy(endpoint);
        internet = new Internet(ec2);
        emulator = Emulator.start(endpoint, proxy.endpoint(), internet.proxy());
        cdk = new CdkCli(endpoint);
        cdk.run("bootstrap");
        deploy();

        var outputs = new ObjectMapper().readTree(OUTPUTS.toFile()).path("EniFailover");
        interfaceId = outputs.path("InterfaceId").asText();
        primary = outputs.path("PrimaryInstanceId").asText();
        standby = outputs.path("StandbyInstanceId").asText();
        asDeployed = floatingInterface();
        swap = new SwapFunction(
                emulator,
                outputs.path("FunctionName").asText() + ":live",
                Map.of(
                        "InterfaceId", interfaceId,
                        "PrimaryId", primary,
                        "StandbyId", standby,
                        "ServiceUrl", "http://" + asDeployed.association().publicIp() + "/healthz"));
    }

    @AfterAll
    static void report() throws Exception {
        // Null if the emulator did not start, or the first deployment failed: that is the news then.
        if (swap != null) {
            Report.print(emulator);
        }
    }

    @BeforeEach
    void startOnThePrimary() {
        emulator.detachTakes(Duration.ofMillis(300));
        if (!primary.equals(holder())) {
            moveAsSomebodyElse(primary);
        }
        proxy.reset();
    }

    @Test
    void deploysWithTheInterfaceOnThePrimary() {
        assertThat(asDeployed.attachment().instanceId()).isEqualTo(primary);
        assertThat(asDeployed.attachment().deviceIndex()).isEqualTo(1);
        assertThat(ec2.describeAddresses().addresses())
                .filteredOn(address -> interfaceId.equals(address.networkInterfaceId()))
                .singleElement()
                .satisfies(address -> assertThat(address.publicIp())
                        .isEqualTo(asDeployed.association().publicIp()));
    }

    @Test
    void changesNothingWhenDeployedAgain() throws Exception {
        deploy();
        proxy.reset();

        assertThat(deploy()).contains("EniFailover (no changes)");

        assertThat(moves()).isEmpty();
    }

    @Test
    void movesToTheHolderThatTheDeployerAsksFor() throws Exception {
        deploy("--context=holder=standby");
        assertThat(holder()).isEqualTo(standby);
        assertKeepsItsAddresses();

        proxy.reset();
        deploy();
        assertThat(holder())
                .as("a live holder stays when nobody asks for another")
                .isEqualTo(standby);
        assertThat(moves()).isEmpty();

        deploy("--context=holder=primary");
        assertThat(holder()).isEqualTo(primary);
        assertKeepsItsAddresses();
    }

    @Test
    void failsTheDeploymentWithTheReason() throws Exception {
        deploy();
        proxy.fail(DETACH, "UnauthorizedOperation", 1);

        assertThatThrownBy(() -> deploy("--context=holder=standby")).hasMessageContaining("UnauthorizedOperation");

        assertThat(holder()).isEqualTo(primary);
    }

    @Test
    void leavesALiveHolderAlone() throws Exception {
        assertSucceeds(swap.update(Map.of()));

        assertThat(holder()).isEqualTo(primary);
        assertThat(moves()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RequestLimitExceeded", "IncorrectState"})
    void outlastsAnErrorThatPasses(String code) throws Exception {
        proxy.fail(DESCRIBE, code, 1);
        proxy.fail(DETACH, code, 2);
        proxy.fail(ATTACH, code, 2);

        assertSucceeds(swap.update(TO_THE_STANDBY));

        assertThat(holder()).isEqualTo(standby);
        assertThat(proxy.calls(DETACH)).as("two failed, one did not").hasSize(3);
        assertThat(proxy.calls(ATTACH)).as("two failed, one did not").hasSize(3);
    }

    @Test
    void waitsForASlowDetach() throws Exception {
        emulator.detachTakes(Duration.ofSeconds(3));

        assertSucceeds(swap.update(TO_THE_STANDBY));

        assertThat(holder()).isEqualTo(standby);
        assertThat(proxy.calls(DETACH))
                .singleElement()
                .satisfies(call -> assertThat(call).doesNotContainEntry("Force", "true"));
    }

    @Test
    void forcesADetachThatHangs() throws Exception {
        emulator.detachHangs();

        assertSucceeds(swap.update(TO_THE_STANDBY));

        assertThat(holder()).isEqualTo(standby);
        assertThat(proxy.calls(DETACH)).extracting(call -> call.get("Force")).endsWith("true");
    }

    @Test
    void neverDetachesWhatSomebodyElseHasAttached() throws Exception {
        proxy.precede(DETACH, () -> moveAsSomebodyElse(standby));

        assertSucceeds(swap.update(TO_THE_STANDBY));

        assertThat(holder()).isEqualTo(standby);
        assertThat(proxy.calls(DETACH))
                .extracting(call -> call.get("AttachmentId"))
                .isNotEmpty()
                .doesNotContain(floatingInterface().attachment().attachmentId());
    }

    @Test
    void finishesAMoveThatDiedBetweenDetachAndAttach() throws Exception {
        proxy.prevent(ATTACH, emulator::killFunction);

        assertThat(swap.update(TO_THE_STANDBY).isMissingNode())
                .as("it died before it could answer")
                .isTrue();
        assertThat(holder()).isNull();

        assertSucceeds(swap.update(TO_THE_STANDBY));
        assertThat(holder()).isEqualTo(standby);
        assertKeepsItsAddresses();
    }

    /** The last one: there is nothing to test after it. */
    @Test
    @Order(Integer.MAX_VALUE)
    void detachesWhenTheStackIsDestroyed() throws Exception {
        cdk.run("destroy", "--force", "--output=" + CDK_OUT);

        assertThat(proxy.calls(DETACH)).hasSize(1);
        assertThat(holder()).isNull();
    }

    private static String deploy(String... options) throws Exception {
        var command = Stream.of(
                "deploy",
                "--require-approval=never",
                "--method=direct",
                "--lookups=false",
                "--output=" + CDK_OUT,
                "--outputs-file=" + OUTPUTS);
        return cdk.run(Stream.concat(command, Stream.of(options)).toArray(String[]::new));
    }

    /** As a person at the console would: not through the proxy, where the function's calls are counted. */
    private static void moveAsSomebodyElse(String instanceId) {
        var attachment = attachment();
        if (attachment != null) {
            ec2.detachNetworkInterface(
                    request -> request.attachmentId(attachment.attachmentId()).force(true));
        }
        ec2.attachNetworkInterface(request -> request.networkInterfaceId(interfaceId)
                .instanceId(instanceId)
                .deviceIndex(1)
                .networkCardIndex(0));
    }

    private static List<Map<String, String>> moves() {
        return Stream.concat(proxy.calls(DETACH).stream(), proxy.calls(ATTACH).stream())
                .toList();
    }

    private static void assertSucceeds(JsonNode answer) {
        assertThat(answer.path("Status").asText()).as("%s", answer).isEqualTo("SUCCESS");
    }

    private static void assertKeepsItsAddresses() {
        assertThat(floatingInterface())
                .extracting(
                        NetworkInterface::privateIpAddress, NetworkInterface::macAddress, NetworkInterface::association)
                .containsExactly(asDeployed.privateIpAddress(), asDeployed.macAddress(), asDeployed.association());
    }

    private static @Nullable String holder() {
        var attachment = attachment();
        return attachment == null ? null : attachment.instanceId();
    }

    private static @Nullable NetworkInterfaceAttachment attachment() {
        return floatingInterface().attachment();
    }

    private static NetworkInterface floatingInterface() {
        return ec2.describeNetworkInterfaces(request -> request.networkInterfaceIds(interfaceId))
                .networkInterfaces()
                .get(0);
    }
}
