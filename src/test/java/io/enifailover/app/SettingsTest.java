package io.enifailover.app;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.enifailover.Network.NewVpc;
import io.enifailover.cdk.drill.DrillWindow;
import io.enifailover.protocol.FailoverSettings;
import io.enifailover.protocol.Fencing;
import io.enifailover.protocol.MoveDeadlines;
import io.enifailover.protocol.Role;
import io.enifailover.protocol.Step;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
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
        assertThat(settings.drill()).isNull();
        assertThat(settings.pair().network()).isEqualTo(new NewVpc("10.0.0.0/16", null));
        assertThat(settings.pair().instanceType()).isEqualTo("t4g.micro");
        assertThat(settings.pair().floatingAddress()).isNull();
        assertThat(settings.pair().clientCidrs()).containsExactly("0.0.0.0/0");
        assertThat(settings.pair().holder()).isNull();
        assertThat(settings.pair().failover())
                .isEqualTo(new FailoverSettings(
                        Duration.ofSeconds(60), 3, null, Fencing.NONE, MoveDeadlines.ofDefaults()));
    }

    @Test
    void readsEverySetting() {
        var settings = Settings.from(Map.ofEntries(
                entry("vpcCidr", "172.16.0.0/20"),
                entry("zone", "us-east-1b"),
                entry("instanceType", "m7i.large"),
                entry("floatingAddress", "172.16.2.30"),
                entry("clientCidrs", "192.0.2.0/24, 198.51.100.7/32"),
                entry("notificationEmail", "ops@example.com"),
                entry("holder", "standby"),
                entry("probeInterval", "0.25"),
                entry("failureThreshold", "5"),
                entry("coolDown", "0"),
                entry("flapLimit", "10"),
                entry("failback", "30"),
                entry("fencing", "stop"),
                entry("moveDeadlines", "attach=60, detach=10"),
                entry("drill", "sun 03:00-04:30")));

        assertThat(settings.notificationEmail()).isEqualTo("ops@example.com");
        assertThat(settings.drill())
                .isEqualTo(new DrillWindow(DayOfWeek.SUNDAY, LocalTime.of(3, 0), LocalTime.of(4, 30)));
        assertThat(settings.pair().network()).isEqualTo(new NewVpc("172.16.0.0/20", "us-east-1b"));
        assertThat(settings.pair().instanceType()).isEqualTo("m7i.large");
        assertThat(settings.pair().floatingAddress()).isEqualTo("172.16.2.30");
        assertThat(settings.pair().clientCidrs()).containsExactly("192.0.2.0/24", "198.51.100.7/32");
        assertThat(settings.pair().holder()).isEqualTo(Role.STANDBY);
        assertThat(settings.pair().failover())
                .isEqualTo(new FailoverSettings(
                        Duration.ZERO,
                        10,
                        Duration.ofMinutes(30),
                        Fencing.STOP,
                        MoveDeadlines.ofDefaults()
                                .with(Step.DETACH, Duration.ofSeconds(10))
                                .with(Step.ATTACH, Duration.ofSeconds(60))));
    }

    @Test
    void readsNumbersFromCdkJson() {
        var failover = Settings.from(Map.of(
                        "probeInterval", 2.5,
                        "failureThreshold", 4,
                        "coolDown", 120,
                        "flapLimit", 6,
                        "failback", 15,
                        "moveDeadlines", List.of("serve=45")))
                .pair()
                .failover();

        assertThat(failover)
                .isEqualTo(new FailoverSettings(
                        Duration.ofMinutes(2),
                        6,
                        Duration.ofMinutes(15),
                        Fencing.NONE,
                        MoveDeadlines.ofDefaults().with(Step.SERVE, Duration.ofSeconds(45))));
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
            probeInterval     | 0.2               | probeInterval must be 0.25 to 10 seconds, got 0.2
            probeInterval     | 10.1              | probeInterval must be 0.25 to 10 seconds, got 10.1
            probeInterval     | often             | probeInterval must be a number, got often
            failureThreshold  | 0                 | failureThreshold must be 1 to 10, got 0
            failureThreshold  | 11                | failureThreshold must be 1 to 10, got 11
            failureThreshold  | 2.5               | failureThreshold must be a whole number, got 2.5
            coolDown          | -1                | coolDown must be 0 to 3600 seconds, got -1
            coolDown          | 3601              | coolDown must be 0 to 3600 seconds, got 3601
            coolDown          | 1m                | coolDown must be a whole number, got 1m
            flapLimit         | 0                 | flapLimit must be 1 to 60, got 0
            flapLimit         | 61                | flapLimit must be 1 to 60, got 61
            flapLimit         | 1e99              | flapLimit must be a whole number, got 1e99
            failback          | 0                 | failback must be manual or 1 to 1440 minutes, got 0
            failback          | 1441              | failback must be manual or 1 to 1440 minutes, got 1441
            failback          | automatic         | failback must be manual or a whole number, got automatic
            fencing           | Stop              | fencing must be none, stop or stop-first, got Stop
            primaryGeneration | 0                 | primaryGeneration must be 1 to 999999, got 0
            standbyGeneration | 1000000           | standbyGeneration must be 1 to 999999, got 1000000
            standbyGeneration | again             | standbyGeneration must be a whole number, got again
            drill             | weekly            | drill must be none, or a weekly window in UTC such as sun 03:00-04:00, got weekly
            drill             | sun 03:00         | drill must be none, or a weekly window in UTC such as sun 03:00-04:00, got sun 03:00
            drill             | Sun 03:00-04:00   | drill must be none, or a weekly window in UTC such as sun 03:00-04:00, got Sun 03:00-04:00
            drill             | sun 23:00-24:00   | drill must be none, or a weekly window in UTC such as sun 03:00-04:00, got sun 23:00-24:00
            drill             | sun 04:00-03:00   | drill must be none, or a weekly window in UTC such as sun 03:00-04:00, got sun 04:00-03:00
            serviceName       | my_service        | name of a service must be 1 to 40 letters, digits, spaces and hyphens, got my_service
            ports             | 443,x             | ports must be ports such as 443,5432,53/udp, got x
            ports             | 443               | healthCheck must be at one of the TCP ports that are open, [443], where the witness can reach it, got http:80/healthz
            healthCheck       | /health           | healthCheck must be such as http:8080/health, https:443/health=200-299 or tcp:5432, got /health
            healthCheck       | https:443/health  | healthCheck must be at one of the TCP ports that are open, [80], where the witness can reach it, got https:443/health
            standbyCheck      | some              | standbyCheck must be such as http:8080/health, https:443/health=200-299 or tcp:5432, got some
            install           | nowhere           | install must be a script, or a directory with install.sh, got nowhere
            serviceUnits      | a;b               | units must be names of systemd units, got a;b
            image             | debian            | image must be the id of an image or the name of an SSM parameter that has it, got debian
            rootVolume        | 0                 | rootVolume must be 1 to 16384 GiB, got 0
            rootDevice        | sda               | rootDevice must be a device such as /dev/xvda, got sda
            drill             | sun 03:00-03:00   | drill must be none, or a weekly window in UTC such as sun 03:00-04:00, got sun 03:00-03:00
            instancetype      | t4g.micro         | unknown setting instancetype, did you mean instanceType? allowed: {keys}
            holders           | primary           | unknown setting holders, did you mean holder? allowed: {keys}
            """)
    void refusesWithOneLineThatNamesKeyValueAndWhatIsAllowed(String key, String value, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Settings.from(Map.of(key, value)))
                .withMessage(message.replace("''", "").replace("{keys}", String.join(", ", Settings.KEYS)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            15,15,40,30,30    | 15,15,40,30,30
            attach            | attach
            attach=           | attach=
            attach=x          | attach=x
            attach=0          | detach=15,force=15,stop=40,attach=0,serve=30
            attach=-1         | attach=-1
            attach=66         | detach=15,force=15,stop=40,attach=66,serve=30
            attach=99999      | attach=99999
            attach=5,attach=6 | attach=5,attach=6
            observe=5         | observe=5
            Attach=60         | Attach=60
            """)
    void refusesDeadlinesThatAreNoneOrTooLong(String value, String received) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Settings.from(Map.of("moveDeadlines", value)))
                .withMessage(
                        "moveDeadlines must be seconds for steps, such as %s, each 1 or more and together at most 165, since"
                                + " the function ends after 180 and needs 15 to answer, got %s",
                        MoveDeadlines.ofDefaults(), received);
    }

    @ParameterizedTest
    @CsvSource({"vpcCidr", "zone", "instanceType", "floatingAddress", "notificationEmail", "holder", "fencing", "drill"
    })
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
