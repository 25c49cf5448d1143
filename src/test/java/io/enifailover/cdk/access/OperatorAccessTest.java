package io.enifailover.cdk.access;

import static io.enifailover.app.Synthesis.json;
import static io.enifailover.app.Synthesis.resource;
import static io.enifailover.app.Synthesis.resources;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.enifailover.app.Synthesis;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OperatorAccessTest {
    private static final String LOOK = """
            {"Sid": "FindThePair",
             "Effect": "Allow",
             "Action": "cloudformation:DescribeStacks",
             "Resource": "arn:aws:cloudformation:us-east-1:123456789012:stack/EniFailover/*"},
            {"Sid": "QueryController",
             "Effect": "Allow",
             "Action": "lambda:InvokeFunction",
             "Resource": {"Ref": "PairControllerLook854E3F91"}},
            {"Sid": "ReadItsLog",
             "Effect": "Allow",
             "Action": "logs:FilterLogEvents",
             "Resource": {"Fn::GetAtt": ["PairControllerLogs11F84410", "Arn"]}}""";

    private static JsonNode template;

    @BeforeAll
    static void synthesize() {
        template = Synthesis.template(Map.of());
    }

    @Test
    void letsPeopleLookAndNothingElse() {
        assertThat(statements("Look")).isEqualTo(json("[" + LOOK + "]"));
    }

    /** CloudFormation replaces a policy with another description, and cannot delete one that operators have attached. */
    @Test
    void keepsTheDescriptionsOfItsPolicies() {
        assertThat(resources(template, "AWS::IAM::ManagedPolicy").values())
                .extracting(policy -> policy.at("/Properties/Description").asText())
                .containsExactlyInAnyOrder(
                        "Allows reading the state and the log of EniFailover",
                        "Allows everything that the command failover does with EniFailover");
    }

    @Test
    void letsOperatorsOrderAndActOnTheTwoServersOnly() {
        var servers = server("PairPrimary") + "," + server("PairStandby");

        assertThat(statements("Operate")).isEqualTo(json("[" + LOOK + """
                ,{"Sid": "Order",
                  "Effect": "Allow",
                  "Action": "lambda:InvokeFunction",
                  "Resource": {"Ref": "PairControllerLiveF275B53C"}},
                 {"Sid": "StopAndStart",
                  "Effect": "Allow",
                  "Action": ["ec2:StartInstances", "ec2:StopInstances"],
                  "Resource": [%1$s]},
                 {"Sid": "RunOnTheServers",
                  "Effect": "Allow",
                  "Action": "ssm:SendCommand",
                  "Resource": ["arn:aws:ssm:us-east-1::document/AWS-RunShellScript", %1$s]},
                 {"Sid": "ReadCommandResults",
                  "Effect": "Allow",
                  "Action": "ssm:GetCommandInvocation",
                  "Resource": "*"},
                 {"Sid": "OpenAShell",
                  "Effect": "Allow",
                  "Action": "ssm:StartSession",
                  "Resource": ["arn:aws:ssm:us-east-1:123456789012:document/SSM-SessionManagerRunShell", %1$s]},
                 {"Sid": "UseAndEndOwnShells",
                  "Effect": "Allow",
                  "Action": ["ssm:ResumeSession", "ssm:TerminateSession", "ssmmessages:OpenDataChannel"],
                  "Resource": "arn:aws:ssm:us-east-1:123456789012:session/${aws:userid}-*"}]""".formatted(servers)));
    }

    @Test
    void namesNobodyAndNoName() {
        assertThat(resources(template, "AWS::IAM::ManagedPolicy"))
                .hasSize(2)
                .allSatisfy((id, policy) -> assertThat(Synthesis.names(policy.path("Properties")))
                        .containsExactlyInAnyOrder("Description", "Path", "PolicyDocument"));
        assertThat(template.at("/Outputs/LookPolicy/Value/Ref").asText()).startsWith("OperatorsLook");
        assertThat(template.at("/Outputs/OperatePolicy/Value/Ref").asText()).startsWith("OperatorsOperate");
    }

    private static JsonNode statements(String id) {
        return resource(template, "AWS::IAM::ManagedPolicy", "Operators" + id)
                .at("/Properties/PolicyDocument/Statement");
    }

    private static String server(String id) {
        var instance = resources(template, "AWS::EC2::Instance").keySet().stream()
                .filter(it -> it.startsWith(id))
                .findFirst()
                .orElseThrow();
        return """
                {"Fn::Join": ["", ["arn:aws:ec2:us-east-1:123456789012:instance/", {"Ref": "%s"}]]}""".formatted(instance);
    }
}
