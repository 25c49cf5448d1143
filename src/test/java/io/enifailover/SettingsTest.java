package io.enifailover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.enifailover.controller.Role;
import io.enifailover.network.Network.NewVpc;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

    @Test
    void everythingHasADefault() {
        var settings = Settings.from(Map.of());

        assertThat(settings.notificationEmail()).isNull();
        assertThat(settings.pair().network()).isEqualTo(new NewVpc("10.0.0.0/16", null));
        assertThat(settings.pair().instanceType()).isEqualTo("t4g.micro");
        assertThat(settings.pair().floatingAddress()).isNull();
        assertThat(settings.pair().clientCidrs()).containsExactly("0.0.0.0/0");
        assertThat(settings.pair().holder()).isNull();
    }

    @Test
    void readsEverySetting() {
        var settings = Settings.from(Map.of(
                "vpcCidr", "172.16.0.0/20",
                "zone", "us-east-1b",
                "instanceType", "m7i.large",
                "floatingAddress", "172.16.2.30",
                "clientCidrs", "192.0.2.0/24, 198.51.100.7/32",
                "notificationEmail", "ops@example.com",
                "holder", "standby"));

        assertThat(settings.notificationEmail()).isEqualTo("ops@example.com");
        assertThat(settings.pair().network()).isEqualTo(new NewVpc("172.16.0.0/20", "us-east-1b"));
        assertThat(settings.pair().instanceType()).isEqualTo("m7i.large");
        assertThat(settings.pair().floatingAddress()).isEqualTo("172.16.2.30");
        assertThat(settings.pair().clientCidrs()).containsExactly("192.0.2.0/24", "198.51.100.7/32");
        assertThat(settings.pair().holder()).isEqualTo(Role.STANDBY);
    }

    @Test
    void readsAListFromCdkJson() {
        assertThat(Settings.from(Map.of("clientCidrs", List.of("192.0.2.0/24", "198.51.100.7/32")))
                        .pair()
                        .clientCidrs())
                .containsExactly("192.0.2.0/24", "198.51.100.7/32");
    }

    @Test
    void leavesTheKeysOfTheCdkAlone() {
        Settings.from(Map.of(
                "@aws-cdk/core:enablePartitionLiterals", true,
                "availability-zones:account=123456789012:region=us-east-1", List.of("us-east-1a"),
                "aws:cdk:enable-path-metadata", true,
                "cli-telemetry", false,
                "acknowledged-issue-numbers", List.of(1)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            vpcCidr           | 10.0.0.0          | vpcCidr must be an IPv4 block from /16 to /24, got 10.0.0.0
            vpcCidr           | 10.0.0.0/8        | vpcCidr must be an IPv4 block from /16 to /24, got 10.0.0.0/8
            vpcCidr           | 10.0.0.0/25       | vpcCidr must be an IPv4 block from /16 to /24, got 10.0.0.0/25
            vpcCidr           | 10.0.0.1/16       | vpcCidr must be an IPv4 block from /16 to /24, got 10.0.0.1/16
            vpcCidr           | 10.0.0.256/16     | vpcCidr must be an IPv4 block from /16 to /24, got 10.0.0.256/16
            vpcCidr           | 10.0/16           | vpcCidr must be an IPv4 block from /16 to /24, got 10.0/16
            vpcCidr           | fd00::/16         | vpcCidr must be an IPv4 block from /16 to /24, got fd00::/16
            instanceType      | micro             | instanceType must be an EC2 instance type such as t4g.micro, got micro
            instanceType      | T4G.MICRO         | instanceType must be an EC2 instance type such as t4g.micro, got T4G.MICRO
            floatingAddress   | 10.0.0            | floatingAddress must be an IPv4 address, got 10.0.0
            floatingAddress   | 10.0.0.25/24      | floatingAddress must be an IPv4 address, got 10.0.0.25/24
            clientCidrs       | 192.0.2.1/24      | clientCidrs must be an IPv4 block from /0 to /32, got 192.0.2.1/24
            clientCidrs       | 192.0.2.0/24,*    | clientCidrs must be an IPv4 block from /0 to /32, got *
            clientCidrs       | ''                | clientCidrs must be an IPv4 block from /0 to /32, got ''
            notificationEmail | ops               | notificationEmail must be an address such as ops@example.com, got ops
            holder            | secondary         | holder must be primary or standby, got secondary
            instancetype      | t4g.micro         | unknown setting instancetype, did you mean instanceType? allowed: vpcCidr, zone, instanceType, floatingAddress, clientCidrs, notificationEmail, holder
            holders           | primary           | unknown setting holders, did you mean holder? allowed: vpcCidr, zone, instanceType, floatingAddress, clientCidrs, notificationEmail, holder
            """)
    void refusesWithOneLineThatNamesKeyValueAndWhatIsAllowed(String key, String value, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Settings.from(Map.of(key, value)))
                .withMessage(message.replace("''", ""));
    }

    @ParameterizedTest
    @CsvSource({"vpcCidr", "zone", "instanceType", "floatingAddress", "notificationEmail", "holder"})
    void refusesAValueOfAnotherKind(String key) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Settings.from(Map.of(key, 7)))
                .withMessage(key + " must be a string, got 7");
    }

    @Test
    void refusesNoClientsAtAll() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Settings.from(Map.of("clientCidrs", List.of())))
                .withMessage("clientCidrs must be at least one IPv4 block, got none");
    }
}
