package io.enifailover;

import static io.enifailover.app.Synthesis.resource;
import static io.enifailover.app.Synthesis.resources;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.enifailover.Network.NewVpc;
import io.enifailover.app.Synthesis;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;

class PairNetworkTest {
    private static JsonNode template;

    @BeforeAll
    static void synthesize() {
        template = Synthesis.template(Stack.of(network(NewVpc.ofDefaults())));
    }

    @Test
    void hasOnePublicSubnetInEveryZone() {
        assertThat(resources(template, "AWS::EC2::Subnet").values())
                .extracting(subnet -> subnet.path("Properties"))
                .allSatisfy(
                        subnet -> assertThat(subnet.path("MapPublicIpOnLaunch").asBoolean())
                                .isTrue())
                .extracting(subnet -> subnet.path("AvailabilityZone").asText() + " "
                        + subnet.path("CidrBlock").asText())
                .containsExactlyInAnyOrder(
                        "us-east-1a 10.0.0.0/24",
                        "us-east-1b 10.0.1.0/24",
                        "us-east-1c 10.0.2.0/24",
                        "us-east-1d 10.0.3.0/24",
                        "us-east-1e 10.0.4.0/24",
                        "us-east-1f 10.0.5.0/24");
    }

    @Test
    void hasNoNatGateway() {
        assertThat(resources(template, "AWS::EC2::NatGateway")).isEmpty();
    }

    @Test
    void runsNoFunctionOfItsOwn() {
        assertThat(resources(template, "AWS::Lambda::Function")).isEmpty();
    }

    @Test
    void logsItsFlowsForAMonth() {
        assertThat(resources(template, "AWS::EC2::FlowLog")).hasSize(1);
        assertThat(resource(template, "AWS::Logs::LogGroup", "NetworkFlowLogs")
                        .at("/Properties/RetentionInDays")
                        .asInt())
                .isEqualTo(30);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/16, 10.0.5.0/24",
        "10.0.0.0/21, 10.0.5.0/24",
        "10.0.0.0/22, 10.0.2.128/25",
        "10.0.0.0/24, 10.0.0.160/27"
    })
    void dividesEveryAllowedBlockAmongAllZones(String vpcCidr, String sixthSubnet) {
        var network = network(new NewVpc(vpcCidr, "us-east-1f"));

        assertThat(network.vpc().getPublicSubnets()).hasSize(6);
        assertThat(network.subnet().getIpv4CidrBlock()).isEqualTo(sixthSubnet);
    }

    @Test
    void placesThePairInTheFirstZoneUnlessToldOtherwise() {
        assertThat(network(new NewVpc("10.0.0.0/16", null)).subnet().getAvailabilityZone())
                .isEqualTo("us-east-1a");
        assertThat(network(new NewVpc("10.0.0.0/16", "us-east-1c")).subnet().getAvailabilityZone())
                .isEqualTo("us-east-1c");
    }

    @Test
    void refusesAnUnknownZone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network(new NewVpc("10.0.0.0/16", "eu-west-1a")))
                .withMessage("zone must be one of us-east-1a, us-east-1b, us-east-1c, us-east-1d, us-east-1e,"
                        + " us-east-1f, got eu-west-1a");
    }

    @Test
    void waitsForTheLookUpOfZonesBeforeItJudgesOne() {
        var unknown = new Stack(Synthesis.app(Map.of()), "Unknown", in("210987654321", "eu-west-1"));

        assertThat(new PairNetwork(unknown, "Network", new NewVpc("10.0.0.0/16", "eu-west-1a")).subnet())
                .isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "10.0.0.0/16, none, 10.0.0.25",
                "10.0.0.0/16, 10.0.0.4, 10.0.0.4",
                "10.0.0.0/16, 10.0.0.254, 10.0.0.254",
                "10.0.0.0/24, none, 10.0.0.25",
                "10.0.0.0/24, 10.0.0.30, 10.0.0.30"
            })
    void takesAFreeAddressOfThePairsSubnet(String vpcCidr, @Nullable String asked, String address) {
        assertThat(network(new NewVpc(vpcCidr, null)).floatingAddress(asked)).isEqualTo(address);
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.0", "10.0.0.3", "10.0.0.255", "10.0.1.25", "9.255.255.255", "192.168.0.25"})
    void refusesAnAddressOutsideTheSubnetOrOneOfAwssOwn(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network(NewVpc.ofDefaults()).floatingAddress(address))
                .withMessage("floatingAddress must be one of 10.0.0.4 to 10.0.0.254, the free addresses of the pair's"
                        + " subnet, got " + address);
    }

    private static PairNetwork network(Network network) {
        var stack = new Stack(Synthesis.app(Map.of()), "Stack", in("123456789012", "us-east-1"));
        return new PairNetwork(stack, "Network", network);
    }

    private static StackProps in(String account, String region) {
        return StackProps.builder()
                .env(Environment.builder().account(account).region(region).build())
                .build();
    }
}
