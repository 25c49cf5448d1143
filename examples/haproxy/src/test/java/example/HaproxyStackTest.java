package example;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.assertions.Template;

class HaproxyStackTest {
    private static Template template;

    @BeforeAll
    static void synthesize() {
        var env = Environment.builder().account("123456789012").region("us-east-1").build();
        template = Template.fromStack(
                new HaproxyStack(new App(), "Haproxy", StackProps.builder().env(env).build()));
    }

    @Test
    void hasOnePairInTheVpc() {
        template.resourceCountIs("AWS::EC2::VPC", 1);
        template.resourceCountIs("AWS::EC2::Instance", 2);
        template.allResourcesProperties("AWS::EC2::Instance", Map.of(
                "SubnetId", Map.of("Ref", "VpcPublicSubnet1Subnet5C2D37C4")));
    }

    @Test
    void opensThePortOfTlsAndNoOther() {
        template.resourceCountIs("AWS::EC2::SecurityGroup", 1);
        template.hasResourceProperties("AWS::EC2::SecurityGroup", Map.of(
                "SecurityGroupIngress", List.of(Map.of(
                        "CidrIp", "0.0.0.0/0",
                        "Description", "443 from 0.0.0.0/0",
                        "FromPort", 443,
                        "IpProtocol", "tcp",
                        "ToPort", 443))));
        template.resourceCountIs("AWS::EC2::SecurityGroupIngress", 1);
        template.hasResourceProperties("AWS::EC2::SecurityGroupIngress", Map.of(
                "FromPort", 443,
                "SourceSecurityGroupId", Match.anyValue(),
                "ToPort", 443));
    }

    /** If one of these ids changes, clients get another address. */
    @Test
    void keepsTheLogicalIdsOfItsAddresses() {
        template.templateMatches(Map.of("Resources", Map.of(
                "PairFloatingInterface7D70B22F", Map.of("Type", "AWS::EC2::NetworkInterface"),
                "PairFloatingAddress47F54E2D", Map.of("Type", "AWS::EC2::EIP"))));
    }
}
