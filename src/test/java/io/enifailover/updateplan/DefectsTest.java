package io.enifailover.updateplan;

import static io.enifailover.updateplan.Plans.plan;
import static io.enifailover.updateplan.Plans.planOfReplacing;
import static org.assertj.core.api.Assertions.assertThat;

import io.enifailover.updateplan.Defect.Kind;
import org.junit.jupiter.api.Test;

class DefectsTest {
    private static final String FUNCTION = """
            {
              "Interface": {
                "Type": "AWS::EC2::NetworkInterface",
                "Properties": {"SubnetId": "subnet-1", "PrivateIpAddress": "10.0.0.25", "Description": "old"}
              },
              "Function": {
                "Type": "AWS::Lambda::Function",
                "Properties": {"Environment": {"INTERFACE_ID": {"Ref": "Interface"}}, "Tags": "mine"}
              },
              "VersionA": {
                "Type": "AWS::Lambda::Version",
                "Properties": {"FunctionName": {"Ref": "Function"}}
              }
            }""";

    private static final String SERVER = """
            {
              "Server": {
                "Type": "AWS::EC2::Instance",
                "Properties": {"ImageId": "ami-1", "UserData": "hello", "Monitoring": "off"}
              },
              "Address": {"Type": "AWS::EC2::EIP", "Properties": {"Domain": "vpc"}},
              "Association": {
                "Type": "AWS::EC2::EIPAssociation",
                "Properties": {"AllocationId": {"Fn::GetAtt": ["Address", "AllocationId"]},
                               "InstanceId": {"Ref": "Server"}}
              }
            }""";

    private static final String GATEWAY = """
            {
              "Address": {"Type": "AWS::EC2::EIP", "Properties": {"Domain": "vpc"}},
              "Attachment": {"Type": "AWS::EC2::VPCGatewayAttachment", "Properties": {"VpcId": "vpc-1"}}
            }""";

    @Test
    void aVersionMissesAChangedValueBehindAReference() {
        assertThat(Defects.in(planOfReplacing("subnet-1", "subnet-2", FUNCTION)))
                .containsExactly(new Defect(Kind.STALE_VERSION, "VersionA"));
    }

    @Test
    void aVersionMissesAChangedText() {
        assertThat(Defects.in(planOfReplacing("INTERFACE_ID", "ENI", FUNCTION)))
                .containsExactly(new Defect(Kind.STALE_VERSION, "VersionA"));
    }

    @Test
    void anotherVersionHasTheChangedValue() {
        var after = FUNCTION.replace("subnet-1", "subnet-2").replace("VersionA", "VersionB");

        assertThat(Defects.in(plan(FUNCTION, after))).isEmpty();
    }

    @Test
    void aVersionNeedsNeitherTagsNorWhatDoesNotChange() {
        assertThat(Defects.in(planOfReplacing("mine", "yours", FUNCTION))).isEmpty();
        assertThat(Defects.in(planOfReplacing("old", "new", FUNCTION))).isEmpty();
    }

    @Test
    void changedUserDataRestartsAServerThatDoesNotRunIt() {
        assertThat(Defects.in(planOfReplacing("hello", "bye", SERVER)))
                .containsExactly(new Defect(Kind.SERVER_RESTARTED_IN_PLACE, "Server"));
    }

    @Test
    void aServerMayChangeWithoutARestart() {
        assertThat(Defects.in(planOfReplacing("off", "on", SERVER))).isEmpty();
    }

    /** The rollback would have to make the old association again, on a server that may hold the interface. */
    @Test
    void anAssociationMustNotBeReplacedWithItsServer() {
        assertThat(Defects.in(planOfReplacing("ami-1", "ami-2", SERVER)))
                .containsExactly(new Defect(Kind.ASSOCIATION_WITH_HOLDER, "Association"));
        assertThat(Defects.in(planOfReplacing("Server", "Server2", SERVER)))
                .containsExactly(new Defect(Kind.ASSOCIATION_WITH_HOLDER, "Association"));
    }

    @Test
    void anAssociationMustNotBeCreatedOnAServerThatStays() {
        assertThat(Defects.in(planOfReplacing("\"Association\"", "\"Association2\"", SERVER)))
                .contains(new Defect(Kind.ASSOCIATION_WITH_HOLDER, "Association2"));
    }

    @Test
    void anAssociationMayFollowItsServer() {
        var after = SERVER.replace("Server", "Server2")
                .replace("Address", "Address2")
                .replace("\"Association\"", "\"Association2\"");

        assertThat(Defects.in(plan(SERVER, after))).isEmpty();
    }

    /** The rollback would remove the new association, and does not know that the old one is gone. */
    @Test
    void anAddressMustNotBeAssociatedAnewUnderAnotherLogicalId() {
        var after = SERVER.replace("Server", "Server2").replace("\"Association\"", "\"Association2\"");

        assertThat(Defects.in(plan(SERVER, after)))
                .containsExactly(new Defect(Kind.ADDRESS_LOST_IN_ROLLBACK, "Association2"));
    }

    @Test
    void anInterfaceCannotHaveTheAddressOfTheOneThatItReplaces() {
        var after = FUNCTION.replace("\"Interface\"", "\"Interface2\"").replace("VersionA", "VersionB");

        assertThat(Defects.in(plan(FUNCTION, after)))
                .containsExactly(new Defect(Kind.PRIVATE_ADDRESS_IN_USE, "Interface2"));
        assertThat(Defects.in(plan(FUNCTION, after.replace("10.0.0.25", "10.0.0.26"))))
                .isEmpty();
        assertThat(Defects.in(plan(FUNCTION, after.replace("subnet-1", "subnet-2"))))
                .isEmpty();
    }

    @Test
    void ec2RefusesToDetachTheGatewayOfAVpcWithAddresses() {
        assertThat(Defects.refusedByEc2(planOfReplacing("vpc-1", "vpc-2", GATEWAY)))
                .isTrue();
        assertThat(Defects.refusedByEc2(plan(GATEWAY, GATEWAY))).isFalse();
        assertThat(Defects.refusedByEc2(
                        planOfReplacing("vpc-1", "vpc-2", GATEWAY.replace("AWS::EC2::EIP", "AWS::EC2::Subnet"))))
                .isFalse();
    }
}
