package io.enifailover.cdk.function;

import io.enifailover.cdk.review.Findings;
import io.enifailover.function.EventBus;
import io.enifailover.protocol.FunctionAlias;
import io.enifailover.protocol.FunctionContract;
import io.enifailover.protocol.FunctionSettings;
import io.enifailover.protocol.MoveDeadlines;
import io.enifailover.protocol.Role;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.dynamodb.ITable;
import software.amazon.awscdk.services.iam.Grant;
import software.amazon.awscdk.services.iam.GrantOnPrincipalOptions;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.IPrincipal;
import software.amazon.awscdk.services.iam.PolicyStatement;
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

/** Defines the controller: the function that moves the floating interface, its rights, and its record. */
public final class ControllerFunction extends Construct implements IGrantable {
    private final RecordTable record;
    private final LogGroup logs;
    private final Function function;
    private final Map<FunctionAlias, Alias> aliases = new EnumMap<>(FunctionAlias.class);

    public ControllerFunction(Construct scope, String id, ControllerFunctionProps props) {
        super(scope, id);

        record = new RecordTable(this, "Record");
        logs = LogGroup.Builder.create(this, "Logs")
                .retention(RetentionDays.ONE_MONTH)
                .removalPolicy(RemovalPolicy.DESTROY)
                .build();
        var role = software.amazon.awscdk.services.iam.Role.Builder.create(this, "Role")
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
                // 0.7 s at 512 MB, 0.35 s here. More memory would save little, since an observation mostly waits.
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
        // The function observes the interface before Lambda takes the snapshot, and needs its permissions to do so.
        move.applyBefore(function);
        function.invalidateVersionBasedOn(props.floating().identity());
        Findings.accept(
                function,
                "@aws-cdk/aws-lambda:snapStartRequirePublish",
                "The aliases below stand for a published version");
        // SnapStart works only on published versions, and CloudFormation does not let a custom resource change its
        // function: an alias stays the same while its version changes.
        alias("Live", FunctionAlias.LIVE);
        alias("Look", FunctionAlias.LOOK);
        alias("Deploy", FunctionAlias.DEPLOY);
        alias("ReportPrimary", FunctionAlias.REPORT_PRIMARY);
        alias("ReportStandby", FunctionAlias.REPORT_STANDBY);
    }

    /** Returns the principal of its role, for permissions on other resources. */
    @Override
    public IPrincipal getGrantPrincipal() {
        return function.getGrantPrincipal();
    }

    public IFunction function() {
        return function;
    }

    /** Returns this alias of the function, which accepts only the events that the alias is for. */
    public IAlias alias(FunctionAlias name) {
        return Objects.requireNonNull(aliases.get(name));
    }

    public ILogGroup logs() {
        return logs;
    }

    public ITable table() {
        return record.table();
    }

    /**
     * Lets callers reach a new version of the function only once these servers exist. In an update that replaces the
     * interface, the old version handles the old one until then.
     */
    public void switchVersionAfter(IDependable... servers) {
        aliases.values().forEach(alias -> alias.getNode().addDependency(servers));
    }

    /** Grants the right to report as the server of this role. */
    public Grant grantReport(IGrantable reporter, Role role) {
        return Grant.addToPrincipal(GrantOnPrincipalOptions.builder()
                .grantee(reporter)
                .actions(List.of("lambda:InvokeFunction"))
                .resourceArns(List.of(alias(FunctionAlias.reportOf(role)).getFunctionArn()))
                .build());
    }

    private void alias(String id, FunctionAlias name) {
        aliases.put(
                name,
                Alias.Builder.create(this, id)
                        .aliasName(name.toString())
                        .version(function.getCurrentVersion())
                        .build());
    }

    /** Events go to the account's default bus, which always exists. */
    private void grantEvents(IGrantable sender) {
        var bus = ArnComponents.builder()
                .service("events")
                .resource("event-bus")
                .resourceName("default")
                .build();
        var conditions = new LinkedHashMap<String, Object>();
        conditions.put("events:source", EventBus.SOURCE);
        conditions.put("events:detail-type", List.of(EventBus.ALERT, EventBus.MOVED));
        sender.getGrantPrincipal()
                .addToPrincipalPolicy(PolicyStatement.Builder.create()
                        .sid("PublishEvents")
                        .actions(List.of("events:PutEvents"))
                        .resources(List.of(Stack.of(this).formatArn(bus)))
                        .conditions(Map.of("StringEquals", conditions))
                        .build());
    }

    private Map<String, String> environment(ControllerFunctionProps props) {
        return new FunctionSettings(
                        props.floating().interfaceId(),
                        Stack.of(this).getStackId(),
                        record.table().getTableName(),
                        props.openToAll() ? props.floating().witnessed() : null,
                        props.failover())
                .toEnvironment();
    }
}
