package io.enifailover.cdk.access;

import io.enifailover.cdk.review.Findings;
import io.enifailover.cdk.server.ServerInstance;
import io.enifailover.protocol.FunctionAlias;
import java.util.List;
import java.util.stream.Stream;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.IManagedPolicy;
import software.amazon.awscdk.services.iam.ManagedPolicy;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.constructs.Construct;

/** Defines two policies for people: one to view a pair, and one to operate it. */
public final class OperatorAccess extends Construct {
    private final ManagedPolicy looking;
    private final ManagedPolicy operating;

    public OperatorAccess(Construct scope, String id, OperatorAccessProps props) {
        super(scope, id);
        var controller = props.controller();
        var servers = List.of(server(props.primary()), server(props.standby()));
        // Without the stack's id, which changes when the stack is created again.
        var thisStack = arn("cloudformation", "stack", Stack.of(this).getStackName() + "/*");
        // AWS's own document, which belongs to no account.
        var runShellScript = arn("ssm", "", "document", "AWS-RunShellScript");
        // The document that Session Manager uses by default.
        var defaultShell = arn("ssm", "document", "SSM-SessionManagerRunShell");
        // IAM replaces the variable with the caller's id, with which the id of a session begins.
        var ownSessions = arn("ssm", "session", "${aws:userid}-*");

        var look = List.of(
                allow("FindThePair", List.of("cloudformation:DescribeStacks"), List.of(thisStack)),
                allow(
                        "QueryController",
                        List.of("lambda:InvokeFunction"),
                        List.of(controller.alias(FunctionAlias.LOOK).getFunctionArn())),
                allow(
                        "ReadItsLog",
                        List.of("logs:FilterLogEvents"),
                        List.of(controller.logs().getLogGroupArn())));
        var operate = List.of(
                allow(
                        "Order",
                        List.of("lambda:InvokeFunction"),
                        List.of(controller.alias(FunctionAlias.LIVE).getFunctionArn())),
                allow("StopAndStart", List.of("ec2:StartInstances", "ec2:StopInstances"), servers),
                allow(
                        "RunOnTheServers",
                        List.of("ssm:SendCommand"),
                        Stream.concat(Stream.of(runShellScript), servers.stream())
                                .toList()),
                allow("ReadCommandResults", List.of("ssm:GetCommandInvocation"), List.of("*")),
                // For the commands in the outputs PrimarySession and StandbySession.
                // https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-restrict-access-quickstart.html
                allow(
                        "OpenAShell",
                        List.of("ssm:StartSession"),
                        Stream.concat(Stream.of(defaultShell), servers.stream()).toList()),
                allow(
                        "UseAndEndOwnShells",
                        List.of("ssm:ResumeSession", "ssm:TerminateSession", "ssmmessages:OpenDataChannel"),
                        List.of(ownSessions)));

        looking = policy("Look", "reading the state and the log of ", look);
        operating = policy(
                "Operate",
                "everything that the command failover does with ",
                Stream.concat(look.stream(), operate.stream()).toList());
    }

    /** Returns the policy for every {@link io.enifailover.protocol.Order.Question} and the log. */
    public IManagedPolicy looking() {
        return looking;
    }

    /** Returns the policy for all orders, and for what a drill does to the servers. */
    public IManagedPolicy operating() {
        return operating;
    }

    /**
     * The purpose must not change: CloudFormation replaces a policy whose description changes, and the old one cannot be deleted
     * while operators have attached it to their roles.
     *
     * <p>https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html
     */
    private ManagedPolicy policy(String id, String purpose, List<PolicyStatement> statements) {
        var policy = ManagedPolicy.Builder.create(this, id)
                .description(
                        "Allows " + purpose + getNode().getScope().getNode().getPath())
                .statements(statements)
                .build();
        Findings.accept(
                policy,
                "AwsSolutions-IAM5",
                "AWS offers no resource for the result of a command, and a star ends the ARNs of a log group and of a stack"
                        + " that is called by its name");
        return policy;
    }

    private static PolicyStatement allow(String sid, List<String> actions, List<String> resources) {
        return PolicyStatement.Builder.create()
                .sid(sid)
                .actions(actions)
                .resources(resources)
                .build();
    }

    private String server(ServerInstance server) {
        return arn("ec2", "instance", server.instanceId());
    }

    private String arn(String service, String resource, String name) {
        return arn(service, Stack.of(this).getAccount(), resource, name);
    }

    private String arn(String service, String account, String resource, String name) {
        return Stack.of(this)
                .formatArn(ArnComponents.builder()
                        .service(service)
                        .account(account)
                        .resource(resource)
                        .resourceName(name)
                        .build());
    }
}
