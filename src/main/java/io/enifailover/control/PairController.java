package io.enifailover.control;

import io.enifailover.controller.ControllerHandler;
import io.enifailover.controller.EventBus;
import io.enifailover.controller.FunctionContract;
import io.enifailover.policy.MoveDeadlines;
import io.enifailover.review.Findings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.dynamodb.ITable;
import software.amazon.awscdk.services.iam.Grant;
import software.amazon.awscdk.services.iam.GrantOnPrincipalOptions;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.IAlias;
import software.amazon.awscdk.services.lambda.IFunction;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.lambda.SnapStartConf;
import software.amazon.awscdk.services.logs.ILogGroup;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;
import software.constructs.IDependable;

/** Defines the controller: the function that decides who holds the floating interface, its rights, and its record. */
public final class PairController extends Construct {
    private final RecordTable record;
    private final LogGroup logs;
    private final Function function;
    private final Alias live;
    private final Alias look;

    public PairController(Construct scope, String id, PairControllerProps props) {
        super(scope, id);

        record = new RecordTable(this, "Record");
        logs = LogGroup.Builder.create(this, "Logs")
                .retention(RetentionDays.ONE_MONTH)
                .removalPolicy(RemovalPolicy.DESTROY)
                .build();
        var role = Role.Builder.create(this, "Role")
                .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
                .build();
        logs.grantWrite(role);
        record.grantUse(role);
        var move = props.floating().grantMove(role);
        Findings.accept(
                role.getNode().findChild("DefaultPolicy"),
                "AwsSolutions-IAM5",
                "Servers are narrowed by the tag with the interface's id; EC2 offers no resource for Describe calls");
        grantEvents(role);

        function = Function.Builder.create(this, "Function")
                .description(
                        "Moves the floating interface of " + scope.getNode().getPath())
                .runtime(Runtime.JAVA_25)
                .architecture(Architecture.ARM_64)
                // CPU comes with memory, one vCPU at 1,769 MB. The first decision after a restore takes 0.2 s of CPU:
                // 0.7 s at 512 MB, 0.35 s here. More memory would save little, since a look mostly waits.
                // https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
                .memorySize(1024)
                .timeout(Duration.seconds(MoveDeadlines.FUNCTION_TIMEOUT.toSeconds()))
                .code(FunctionPackage.code())
                .handler(FunctionContract.HANDLER)
                .environment(environment(props))
                .snapStart(SnapStartConf.ON_PUBLISHED_VERSIONS)
                .role(role)
                .logGroup(logs)
                .build();
        // Its snapshot is taken after a first look at the interface: the right to look has to be there by then.
        move.applyBefore(function);
        function.invalidateVersionBasedOn(props.floating().identity());
        Findings.accept(
                function,
                "@aws-cdk/aws-lambda:snapStartRequirePublish",
                "The alias below stands for a published version");
        // SnapStart works on a published version only, and CloudFormation forbids a custom resource to change its
        // function: the alias stays while the version behind it changes.
        live = alias("Live", "live");
        // IAM grants a name, and cannot tell orders apart: by this one the function answers questions and does nothing.
        look = alias("Look", ControllerHandler.LOOK);
    }

    public IFunction function() {
        return function;
    }

    /** Returns the function by the name under which it may be called. */
    public IAlias alias() {
        return live;
    }

    /** Returns the function by the name under which it may be asked: it then moves nothing and changes nothing. */
    public IAlias questions() {
        return look;
    }

    public ILogGroup logs() {
        return logs;
    }

    public ITable table() {
        return record.table();
    }

    /**
     * Lets callers reach a new version of the function only once these exist. In an update that replaces the interface,
     * the version that knows the old one looks after it until then.
     */
    public void switchVersionAfter(IDependable... servers) {
        live.getNode().addDependency(servers);
        look.getNode().addDependency(servers);
    }

    /** Grants the right to report to the controller, which is to call the function by its alias. */
    public Grant grantReport(IGrantable reporter) {
        return Grant.addToPrincipal(GrantOnPrincipalOptions.builder()
                .grantee(reporter)
                .actions(List.of("lambda:InvokeFunction"))
                .resourceArns(List.of(live.getFunctionArn()))
                .build());
    }

    private Alias alias(String id, String name) {
        return Alias.Builder.create(this, id)
                .aliasName(name)
                .version(function.getCurrentVersion())
                .build();
    }

    /** Whoever wants to react to a move listens on the account's default bus, which nothing has to be deployed for. */
    private void grantEvents(Role sender) {
        var bus = ArnComponents.builder()
                .service("events")
                .resource("event-bus")
                .resourceName("default")
                .build();
        var conditions = new LinkedHashMap<String, Object>();
        conditions.put("events:source", EventBus.SOURCE);
        conditions.put("events:detail-type", List.of(EventBus.ALERT, EventBus.MOVED));
        sender.addToPolicy(PolicyStatement.Builder.create()
                .sid("TellOthers")
                .actions(List.of("events:PutEvents"))
                .resources(List.of(Stack.of(this).formatArn(bus)))
                .conditions(Map.of("StringEquals", conditions))
                .build());
    }

    private Map<String, String> environment(PairControllerProps props) {
        var policy = props.policy();
        var environment = new LinkedHashMap<String, String>();
        environment.put("INTERFACE_ID", props.floating().interfaceId());
        environment.put("TABLE_NAME", record.table().getTableName());
        if (props.openToAll()) {
            environment.put("SERVICE_URL", props.floating().healthUrl());
        }
        environment.put("COOL_DOWN", policy.coolDown().toString());
        environment.put("FLAP_LIMIT", String.valueOf(policy.flapLimit()));
        if (policy.failbackAfter() != null) {
            environment.put("FAILBACK_AFTER", policy.failbackAfter().toString());
        }
        environment.put("MOVE_DEADLINES", policy.deadlines().toString());
        environment.put("FENCING", policy.fencing().toString());
        return environment;
    }
}
