package io.enifailover.updateplan;

import static io.enifailover.updateplan.Plans.plan;
import static io.enifailover.updateplan.Plans.planOfReplacing;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PairUpdateTest {
    private static final String PAIR = """
            {
              "Interface": {
                "Type": "AWS::EC2::NetworkInterface",
                "Properties": {"SubnetId": "subnet-1"}
              },
              "FloatingAddress": {
                "Type": "AWS::EC2::EIPAssociation",
                "Properties": {"AllocationId": "eipalloc-1", "NetworkInterfaceId": {"Ref": "Interface"}}
              },
              "Primary": {
                "Type": "AWS::EC2::Instance",
                "Properties": {"ImageId": "ami-1", "UserData": "primary's first boot",
                               "Tags": [{"Key": "eni-failover:role", "Value": "primary"}]}
              },
              "Standby": {
                "Type": "AWS::EC2::Instance",
                "Properties": {"ImageId": "ami-1", "UserData": "standby's first boot",
                               "Tags": [{"Key": "eni-failover:role", "Value": "standby"}]}
              },
              "Swap": {
                "Type": "Custom::InterfaceSwap",
                "Properties": {"InterfaceId": {"Ref": "Interface"}, "PrimaryId": {"Ref": "Primary"},
                               "StandbyId": {"Ref": "Standby"}, "WitnessedService": "192.0.2.1 tcp:80 none"}
              }
            }""";

    @Test
    void leavesAPairAlone() {
        assertThat(cells(plan(PAIR, PAIR))).isEqualTo("stay | stays | none | none");
        assertThat(cells(planOfReplacing("192.0.2.1 tcp:80 none", "192.0.2.2 tcp:80 none", PAIR)))
                .isEqualTo("stay | stays | none | none");
    }

    @Test
    void movesOnceWhenBothServersAreNew() {
        assertThat(cells(planOfReplacing("ami-1", "ami-2", PAIR)))
                .isEqualTo("both new | stays | one | one planned move");
    }

    @Test
    void movesAtMostOnceWhenOneServerIsNew() {
        assertThat(cells(planOfReplacing("\"Primary\"", "\"Primary2\"", PAIR)))
                .isEqualTo("primary new | stays | one, if the primary is active | at most one planned move");
        assertThat(cells(planOfReplacing("\"Standby\"", "\"Standby2\"", PAIR)))
                .isEqualTo("standby new | stays | one, if the standby is active | at most one planned move");
    }

    @Test
    void movesAtMostOnceToTheServerThatIsAskedFor() {
        assertThat(cells(
                        planOfReplacing("\"WitnessedService\"", "\"Holder\": \"standby\", \"WitnessedService\"", PAIR)))
                .isEqualTo("stay | stays | one, if the other server is active | at most one planned move");
    }

    @Test
    void servesNobodyWhileServersRestart() {
        assertThat(cells(planOfReplacing("first boot", "next boot", PAIR)))
                .isEqualTo("stopped and started, at the same time | stays | none | until a server has started again");
    }

    @Test
    void servesNobodyThroughTheFirstBootWhenTheAddressIsAssociatedBefore() {
        var after = PAIR.replace("subnet-1", "subnet-2").replace("ami-1", "ami-2");

        assertThat(cells(plan(PAIR, after)))
                .startsWith("both new | new | the new interface is attached | minutes: from the re-association");
    }

    @Test
    void servesNobodyFromTheAssociationToTheSwapWhenTheAddressWaitsForTheServers() {
        var waits = "\"DependsOn\": [\"Primary\", \"Standby\"], \"Properties\": {\"AllocationId\"";
        var after = PAIR.replace("subnet-1", "subnet-2")
                .replace("ami-1", "ami-2")
                .replace("\"Properties\": {\"AllocationId\"", waits);

        assertThat(cells(plan(PAIR, after)))
                .isEqualTo("both new | new | the new interface is attached"
                        + " | from the re-association of the Elastic IP to the swap, then one attach");
        assertThat(cells(plan(PAIR, after.replace("\"Primary\", \"Standby\"", "\"Primary\""))))
                .contains("minutes");
    }

    @Test
    void cannotMoveToAnotherVpc() {
        var vpc = """
                {
                  "Address": {"Type": "AWS::EC2::EIP"},
                  "Attachment": {"Type": "AWS::EC2::VPCGatewayAttachment", "Properties": {"VpcId": "vpc-1"}}
                }""";

        assertThat(cells(planOfReplacing("vpc-1", "vpc-2", vpc)))
                .isEqualTo("– | – | – | not possible on a live stack: `destroy`, then `deploy`");
    }

    private static String cells(UpdatePlan plan) {
        return PairUpdate.of(plan).cells();
    }
}
