package io.enifailover.updateplan;

import static io.enifailover.updateplan.Plans.actions;
import static io.enifailover.updateplan.Plans.plan;
import static io.enifailover.updateplan.Plans.planOfReplacing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpdatePlanTest {
    private static final String SERVER = """
            {
              "Server": {
                "Type": "AWS::EC2::Instance",
                "Properties": {"ImageId": "ami-1", "UserData": "hello", "KernelId": "aki-1", "Monitoring": "off",
                               "BlockDeviceMappings": [{"DeviceName": "/dev/xvda"}]}
              }
            }""";

    private static final String FUNCTION = """
            {
              "Function": {
                "Type": "AWS::Lambda::Function",
                "Properties": {"FunctionName": "f", "DurableConfig": {"Mode": "a", "Retention": "1"}}
              }
            }""";

    @Test
    void leavesAResourceThatDoesNotChange() {
        assertThat(actions(plan(SERVER, SERVER))).isEmpty();
    }

    @Test
    void ignoresMetadataAndDependsOn() {
        var more = SERVER.replace(
                "\"Properties\"", "\"Metadata\": {\"a\": 1}, \"DependsOn\": [\"Server\"], \"Properties\"");

        assertThat(actions(plan(SERVER, more))).isEmpty();
    }

    @Test
    void updatesInPlace() {
        assertThat(actions(planOfReplacing("off", "on", SERVER))).containsExactly(Map.entry("Server", Action.UPDATE));
    }

    @Test
    void updatesInPlaceWithInterruption() {
        assertThat(actions(planOfReplacing("hello", "bye", SERVER)))
                .containsExactly(Map.entry("Server", Action.UPDATE_WITH_INTERRUPTION));
    }

    @Test
    void replacesForACreateOnlyProperty() {
        assertThat(actions(planOfReplacing("ami-1", "ami-2", SERVER)))
                .containsExactly(Map.entry("Server", Action.REPLACE));
    }

    @Test
    void replacesForACreateOnlyPropertyThatIsNew() {
        assertThat(actions(planOfReplacing("\"ImageId\"", "\"SubnetId\": \"subnet-1\", \"ImageId\"", SERVER)))
                .containsExactly(Map.entry("Server", Action.REPLACE));
    }

    @Test
    void replacesForAConditionalPropertyWhoseConditionHolds() {
        assertThat(actions(planOfReplacing("/dev/xvda", "/dev/xvdb", SERVER)))
                .containsExactly(Map.entry("Server", Action.REPLACE));
    }

    @Test
    void aReplacementOutweighsAnInterruption() {
        var both = SERVER.replace("ami-1", "ami-2").replace("hello", "bye");

        assertThat(actions(plan(SERVER, both))).containsExactly(Map.entry("Server", Action.REPLACE));
    }

    @Test
    void refusesToGuessWhatAConditionalPropertyDoes() {
        assertThatIllegalStateException()
                .isThrownBy(() -> planOfReplacing("aki-1", "aki-2", SERVER))
                .withMessage(
                        "the schema of AWS::EC2::Instance does not say what a change of KernelId does: look it up and"
                                + " add a row here");
    }

    @Test
    void seesACreateOnlyPropertyInsideAnother() {
        assertThat(actions(planOfReplacing("\"a\"", "\"b\"", FUNCTION)))
                .containsExactly(Map.entry("Function", Action.REPLACE));
        assertThat(actions(planOfReplacing("\"1\"", "\"2\"", FUNCTION)))
                .containsExactly(Map.entry("Function", Action.UPDATE));
    }

    @Test
    void createsAndRemovesWhenALogicalIdChanges() {
        assertThat(actions(planOfReplacing("Server", "Server2", SERVER)))
                .containsExactly(Map.entry("Server", Action.REMOVE), Map.entry("Server2", Action.CREATE));
    }

    @Test
    void doesNotLetAResourceChangeItsType() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> planOfReplacing("AWS::EC2::Instance", "AWS::EC2::EIP", SERVER))
                .withMessage("CloudFormation does not let AWS::EC2::Instance become AWS::EC2::EIP: Server");
    }

    @Test
    void deletesFirstWhereTheSchemaSaysSo() {
        var association = """
                {
                  "Association": {
                    "Type": "AWS::EC2::EIPAssociation",
                    "Properties": {"AllocationId": "eipalloc-1", "NetworkInterfaceId": "eni-1"}
                  }
                }""";

        assertThat(actions(planOfReplacing("eni-1", "eni-2", association)))
                .containsExactly(Map.entry("Association", Action.REPLACE_DELETE_FIRST));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"Ref\": \"Subnet\"}",
                "{\"Fn::GetAtt\": [\"Subnet\", \"SubnetId\"]}",
                "{\"Fn::GetAtt\": \"Subnet.SubnetId\"}",
                "{\"Fn::Sub\": \"${Subnet}\"}",
                "{\"Fn::Sub\": \"in ${Subnet.SubnetId}\"}",
                "{\"Fn::Sub\": [\"${other}\", {\"other\": {\"Ref\": \"Subnet\"}}]}",
                "{\"Fn::Join\": [\"\", [\"in \", {\"Ref\": \"Subnet\"}]]}"
            })
    void changesWhatRefersToAReplacedResource(String reference) {
        assertThat(actions(planOfReplacing("10.0.0.0/24", "10.0.1.0/24", subnetAndServer(reference))))
                .containsExactly(Map.entry("Server", Action.REPLACE), Map.entry("Subnet", Action.REPLACE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"Subnet\"",
                "{\"Fn::Sub\": \"${!Subnet}\"}",
                "{\"Fn::Sub\": [\"${Subnet}\", {\"Subnet\": \"a variable\"}]}"
            })
    void doesNotTakeALiteralForAReference(String literal) {
        assertThat(actions(planOfReplacing("10.0.0.0/24", "10.0.1.0/24", subnetAndServer(literal))))
                .containsExactly(Map.entry("Subnet", Action.REPLACE));
    }

    @Test
    void followsReferencesFromResourceToResource() {
        var chain = """
                {
                  "Association": {
                    "Type": "AWS::EC2::EIPAssociation",
                    "Properties": {"AllocationId": "eipalloc-1", "InstanceId": {"Ref": "Server"}}
                  },
                  "Server": {"Type": "AWS::EC2::Instance", "Properties": {"SubnetId": {"Ref": "Subnet"}}},
                  "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}}},
                  "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
                }""";

        assertThat(actions(planOfReplacing("10.0.0.0/16", "10.1.0.0/16", chain)))
                .containsExactly(
                        Map.entry("Association", Action.REPLACE_DELETE_FIRST),
                        Map.entry("Server", Action.REPLACE),
                        Map.entry("Subnet", Action.REPLACE),
                        Map.entry("Vpc", Action.REPLACE));
    }

    @Test
    void anUpdateInPlaceChangesNoReference() {
        var referred = """
                {
                  "Address": {"Type": "AWS::EC2::EIP", "Properties": {"Tags": "a"}},
                  "Server": {"Type": "AWS::EC2::Instance", "Properties": {"UserData": {"Ref": "Address"}}}
                }""";

        assertThat(actions(planOfReplacing("\"a\"", "\"b\"", referred)))
                .containsExactly(Map.entry("Address", Action.UPDATE));
    }

    @Test
    void sendsACustomResourceAnUpdateWhateverChanges() {
        assertThat(actions(planOfReplacing("primary", "standby", swap("eni-1"))))
                .containsExactly(Map.entry("Swap", Action.UPDATE));
    }

    @Test
    void deletesTheOldIdOfACustomResourceThatReturnsAnotherOne() {
        assertThat(actions(plan(swap("eni-1"), swap("eni-2"))))
                .containsExactly(Map.entry("Swap", Action.UPDATE_WITH_NEW_ID));
    }

    private static String subnetAndServer(String subnet) {
        return """
                {
                  "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {"CidrBlock": "10.0.0.0/24"}},
                  "Server": {"Type": "AWS::EC2::Instance", "Properties": {"SubnetId": %s}}
                }""".formatted(subnet);
    }

    private static String swap(String interfaceId) {
        return """
                {
                  "Swap": {
                    "Type": "Custom::InterfaceSwap",
                    "Properties": {"InterfaceId": "%s", "Holder": "primary"}
                  }
                }""".formatted(interfaceId);
    }
}
