package io.enifailover.cdk.observability;

import static software.amazon.awscdk.services.events.EventField.fromPath;

import io.enifailover.cdk.review.Findings;
import io.enifailover.function.EventBus;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.events.EventPattern;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.events.RuleTargetInput;
import software.amazon.awscdk.services.events.targets.SnsTopic;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.sns.ITopic;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.sns.subscriptions.EmailSubscription;
import software.constructs.Construct;

/**
 * Defines one topic that notifies people of alarms, moves and state changes of the servers.
 *
 * <p>The topic has no KMS key. CloudWatch cannot use the AWS managed key of SNS; a key that it can use costs a dollar a
 * month and is one more part that can fail during an outage. The messages contain ids and reasons, but no secrets.
 */
public final class PairNotices extends Construct {
    private final Topic topic;
    /** The same topic, imported: as a target of rules, the original would let every rule of every account publish. */
    private final ITopic target;

    public PairNotices(Construct scope, String id, PairNoticesProps props) {
        super(scope, id);

        topic = Topic.Builder.create(this, "Topic").enforceSsl(true).build();
        if (props.email() != null) {
            topic.addSubscription(new EmailSubscription(props.email()));
        }
        target = Topic.fromTopicArn(this, "Target", topic.getTopicArn());
        letAlarmsPublish();

        var moved = rule(
                "Moved",
                EventPattern.builder()
                        .source(List.of(EventBus.SOURCE))
                        .detailType(List.of(EventBus.MOVED))
                        .detail(Map.of("interface", List.of(props.interfaceId())))
                        .build(),
                """
                The floating interface %s of %s has moved: %s from %s to %s.
                Why: %s. By: %s. It ended with: %s.
                Outage in milliseconds, if the controller could see it: %s
                What to do: %s
                Is the pair ready for the next failure? failover preflight. More: docs/operations.md#moved""".formatted(
                                fromPath("$.detail.interface"),
                                scope.getNode().getPath(),
                                fromPath("$.detail.kind"),
                                fromPath("$.detail.from"),
                                fromPath("$.detail.to"),
                                fromPath("$.detail.reason"),
                                fromPath("$.detail.by"),
                                fromPath("$.detail.outcome"),
                                fromPath("$.detail.outageMilliseconds"),
                                fromPath("$.detail.do")));
        var stateChange = rule(
                "StateChange",
                EventPattern.builder()
                        .source(List.of("aws.ec2"))
                        .detailType(List.of("EC2 Instance State-change Notification"))
                        .detail(Map.of("instance-id", props.instanceIds()))
                        .build(),
                "Server %s of the failover pair %s is now %s, since %s."
                        .formatted(
                                fromPath("$.detail.instance-id"),
                                scope.getNode().getPath(),
                                fromPath("$.detail.state"),
                                fromPath("$.time")));
        letPublish("Rules", "events.amazonaws.com", "ArnEquals", List.of(moved.getRuleArn(), stateChange.getRuleArn()));
    }

    public ITopic topic() {
        return topic;
    }

    private Rule rule(String id, EventPattern pattern, String text) {
        var rule = Rule.Builder.create(this, id).eventPattern(pattern).build();
        Findings.accept(
                rule, "@aws-cdk/aws-events:ruleUnresolvedEnvironment", "The topic is in the same stack as its rules");
        rule.addTarget(SnsTopic.Builder.create(target)
                .message(RuleTargetInput.fromMultilineText(text))
                .build());
        return rule;
    }

    /**
     * A topic with its own policy lacks the default one, which lets the whole account publish. The names of the alarms,
     * which CloudFormation generates, begin with that of the stack.
     */
    private void letAlarmsPublish() {
        var alarms = Stack.of(this)
                .formatArn(ArnComponents.builder()
                        .service("cloudwatch")
                        .resource("alarm")
                        .resourceName(Stack.of(this).getStackName() + "-*")
                        .arnFormat(ArnFormat.COLON_RESOURCE_NAME)
                        .build());
        letPublish("Alarms", "cloudwatch.amazonaws.com", "ArnLike", List.of(alarms));
    }

    private void letPublish(String sid, String service, String operator, List<String> sources) {
        topic.addToResourcePolicy(PolicyStatement.Builder.create()
                .sid(sid)
                .principals(List.of(new ServicePrincipal(service)))
                .actions(List.of("sns:Publish"))
                .resources(List.of(topic.getTopicArn()))
                .conditions(Map.of(operator, Map.of("aws:SourceArn", sources)))
                .build());
    }
}
