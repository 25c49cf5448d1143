package io.enifailover.observability;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.services.events.EventField;
import software.amazon.awscdk.services.events.EventPattern;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.events.RuleTargetInput;
import software.amazon.awscdk.services.events.targets.SnsTopic;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.sns.subscriptions.EmailSubscription;
import software.constructs.Construct;

/** Defines mails about servers: one whenever EC2 says that a server starts, runs, stops or goes. */
public final class ServerNotices extends Construct {

    /**
     * @param instanceIds servers to tell of
     * @param email       address that has to confirm the subscription
     */
    public ServerNotices(Construct scope, String id, List<String> instanceIds, String email) {
        super(scope, id);
        var topic = Topic.Builder.create(this, "Topic").enforceSsl(true).build();
        topic.addSubscription(new EmailSubscription(email));

        var rule = Rule.Builder.create(this, "StateChange")
                .eventPattern(EventPattern.builder()
                        .source(List.of("aws.ec2"))
                        .detailType(List.of("EC2 Instance State-change Notification"))
                        .detail(Map.of("instance-id", instanceIds))
                        .build())
                .build();
        rule.addTarget(SnsTopic.Builder.create(topic)
                .message(RuleTargetInput.fromText("Server " + EventField.fromPath("$.detail.instance-id")
                        + " of the failover pair " + scope.getNode().getPath() + " is now "
                        + EventField.fromPath("$.detail.state") + ", since " + EventField.getTime()))
                .build());
    }
}
