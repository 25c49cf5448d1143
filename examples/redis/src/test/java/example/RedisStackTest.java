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

class RedisStackTest {
    private static Template template;

    @BeforeAll
    static void synthesize() {
        var env = Environment.builder().account("123456789012").region("us-east-1").build();
        template = Template.fromStack(
                new RedisStack(new App(), "Redis", StackProps.builder().env(env).build()));
    }

    @Test
    void opensRedisToTheVpcAndToNobodyElse() {
        template.resourceCountIs("AWS::EC2::SecurityGroup", 1);
        template.hasResourceProperties("AWS::EC2::SecurityGroup", Map.of(
                "SecurityGroupIngress", List.of(fromTheVpc(6379), fromTheVpc(6380))));
    }

    @Test
    void letsTheServersReplicateAndCheckEachOther() {
        template.resourceCountIs("AWS::EC2::SecurityGroupIngress", 2);
        for (int port : List.of(6379, 6380)) {
            template.hasResourceProperties("AWS::EC2::SecurityGroupIngress", Map.of(
                    "FromPort", port,
                    "IpProtocol", "tcp",
                    "SourceSecurityGroupId", Match.anyValue(),
                    "ToPort", port));
        }
    }

    @Test
    void attachesOnlyOnceTheOldServerCannotActAnyMore() {
        template.hasResourceProperties("AWS::Lambda::Function", Map.of(
                "Environment", Map.of("Variables", Match.objectLike(Map.of("FENCING", "stop-first")))));
    }

    /** If one of these ids changes, clients get another address. */
    @Test
    void keepsTheLogicalIdsOfItsAddresses() {
        template.templateMatches(Map.of("Resources", Map.of(
                "PairFloatingInterface7D70B22F", Map.of("Type", "AWS::EC2::NetworkInterface"),
                "PairFloatingAddress47F54E2D", Map.of("Type", "AWS::EC2::EIP"))));
    }

    private static Map<String, Object> fromTheVpc(int port) {
        return Map.of(
                "CidrIp", "10.0.0.0/16",
                "Description", Match.anyValue(),
                "FromPort", port,
                "IpProtocol", "tcp",
                "ToPort", port);
    }
}
