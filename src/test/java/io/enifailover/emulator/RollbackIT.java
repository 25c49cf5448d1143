package io.enifailover.emulator;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ec2.model.Address;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;

/** A deployment that fails leaves the old pair as it was, and does not stand in the way of the next one. */
@Timeout(300)
class RollbackIT {
    @AutoClose
    private static Deployment deployment;

    private static DeployedStack stack;

    @BeforeAll
    static void deployTheStack() throws Exception {
        deployment = new Deployment();
        stack = deployment.stack();
    }

    @ParameterizedTest
    @CsvSource({"standby, primary", "primary, standby"})
    void keepsTheOldPairWhenANewServerNeverSignals(String silent, String holder) throws Exception {
        stack.deploy("--context=holder=" + holder);
        var before = state();
        deployment.emulator().nextServerNeverSignals(silent);

        assertThatThrownBy(() -> stack.deploy("--context=holder=" + holder, "--context=instanceType=t4g.small"))
                .hasMessageContaining("Failed to receive 1 resource signal(s)");

        assertThat(stack.status()).isEqualTo("UPDATE_ROLLBACK_COMPLETE");
        assertThat(state()).isEqualTo(before);
        assertThat(deployment.internet().servedBy(stack.serviceAddress())).contains(before.holder());
    }

    @Test
    void deploysAfterARollbackAndFailsOver() throws Exception {
        deployment.emulator().nextServerNeverSignals("standby");
        assertThatThrownBy(() -> stack.deploy("--context=instanceType=t4g.medium"))
                .hasMessageContaining("Failed to receive 1 resource signal(s)");
        var old = state().servers();

        stack.deploy("--context=instanceType=t4g.medium");

        assertThat(stack.status()).isEqualTo("UPDATE_COMPLETE");
        var now = state();
        assertThat(now.servers()).hasSize(2).doesNotContainAnyElementsOf(old);
        assertThat(now.addresses()).containsOnlyKeys(now.interfaces());
        deployment.assertFailsOver();
    }

    /**
     * What there is of the pair.
     *
     * @param servers    that are running
     * @param holder     of the floating interface
     * @param interfaces the floating one, and each server's own
     * @param addresses  Elastic IPs, by the interface that has them
     */
    private record State(List<String> servers, String holder, List<String> interfaces, Map<String, String> addresses) {}

    private static State state() {
        var servers = stack.ec2().describeInstances().reservations().stream()
                .flatMap(reservation -> reservation.instances().stream())
                .filter(instance -> instance.state().name() == InstanceStateName.RUNNING)
                .sorted(Comparator.comparing(Instance::instanceId))
                .toList();
        var interfaces = stack.ec2().describeNetworkInterfaces().networkInterfaces().stream()
                .map(found -> found.networkInterfaceId())
                .sorted()
                .toList();
        var addresses = stack.ec2().describeAddresses().addresses().stream()
                .collect(toMap(
                        address -> Objects.requireNonNullElse(address.networkInterfaceId(), "none"),
                        Address::publicIp));
        return new State(
                servers.stream().map(Instance::instanceId).toList(),
                Objects.requireNonNull(stack.holder(), "nobody holds the interface"),
                interfaces,
                addresses);
    }
}
