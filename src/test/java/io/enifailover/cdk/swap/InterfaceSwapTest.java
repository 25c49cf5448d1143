package io.enifailover.cdk.swap;

import static io.enifailover.app.Synthesis.json;
import static io.enifailover.app.Synthesis.logicalId;
import static io.enifailover.app.Synthesis.resource;
import static io.enifailover.app.Synthesis.resources;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.enifailover.app.Synthesis;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class InterfaceSwapTest {
    private static JsonNode template;

    @BeforeAll
    static void synthesize() {
        template = Synthesis.template(Map.of());
    }

    /** CloudFormation forbids a custom resource to change its service token, so that must not be a version. */
    @Test
    void isServedByTheAliasWhichSurvivesNewVersions() {
        assertThat(swap(template).path("ServiceToken"))
                .isEqualTo(json(
                        "{\"Ref\": \"" + logicalId(template, "AWS::Lambda::Alias", "PairControllerDeploy") + "\"}"));
    }

    @Test
    void answersBeforeCloudFormationGivesUp() {
        var function = resource(template, "AWS::Lambda::Function", "Pair").at("/Properties/Timeout");

        assertThat(swap(template).path("ServiceTimeout").asInt()).isGreaterThan(function.asInt());
    }

    @Test
    void tellsTheFunctionInterfaceServersAndWhereToProveThatItServes() {
        var swap = swap(template);

        assertThat(swap.path("InterfaceId"))
                .isEqualTo(json("{\"Fn::GetAtt\": [\"PairFloatingInterface7D70B22F\", \"Id\"]}"));
        assertThat(swap.at("/PrimaryId/Ref").asText()).startsWith("PairPrimaryInstance");
        assertThat(swap.at("/StandbyId/Ref").asText()).startsWith("PairStandbyInstance");
        assertThat(swap.path("WitnessedService")).isEqualTo(json("""
                                {"Fn::Join": ["", [
                                    {"Fn::GetAtt": ["PairFloatingAddress47F54E2D", "PublicIp"]},
                                    " http:80/healthz http:80/healthz"]]}"""));
        assertThat(swap.has("Holder")).isFalse();
    }

    @Test
    void passesOnTheHolderAskedFor() {
        assertThat(swap(Synthesis.template(Map.of("holder", "standby")))
                        .path("Holder")
                        .asText())
                .isEqualTo("standby");
    }

    /** A function outside the VPC comes from addresses that nobody knows: it cannot probe what is not open to all. */
    @Test
    void provesNothingWhereTheFunctionCannotReachTheService() {
        assertThat(swap(Synthesis.template(Map.of("clientCidrs", "192.0.2.0/24")))
                        .has("WitnessedService"))
                .isFalse();
    }

    @Test
    void actsAfterServersAddressesAndRightsAreThereAndBeforeTheyGo() {
        var swap = resource(template, "Custom::InterfaceSwap", "Pair");

        assertThat(swap.path("DependsOn").valueStream().map(JsonNode::asText).toList())
                .contains("PairFloatingAddressOnInterface4ED10036")
                .containsAll(resources(template, "AWS::EC2::EIPAssociation").keySet());
    }

    private static JsonNode swap(JsonNode template) {
        return resource(template, "Custom::InterfaceSwap", "Pair").path("Properties");
    }
}
