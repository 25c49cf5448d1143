package io.enifailover.observability;

import static io.enifailover.Synthesis.json;
import static io.enifailover.Synthesis.resource;
import static io.enifailover.Synthesis.resources;
import static org.assertj.core.api.Assertions.assertThat;

import io.enifailover.Synthesis;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerNoticesTest {

    @Test
    void mailEveryChangeOfStateOfBothServers() {
        var template = Synthesis.template(Map.of("notificationEmail", "ops@example.com"));

        var subscription =
                resource(template, "AWS::SNS::Subscription", "Notices").path("Properties");
        assertThat(subscription.path("Protocol").asText()).isEqualTo("email");
        assertThat(subscription.path("Endpoint").asText()).isEqualTo("ops@example.com");
        var pattern = resource(template, "AWS::Events::Rule", "Notices").at("/Properties/EventPattern");
        assertThat(pattern.path("source")).isEqualTo(json("[\"aws.ec2\"]"));
        assertThat(pattern.path("detail-type")).isEqualTo(json("[\"EC2 Instance State-change Notification\"]"));
        assertThat(pattern.at("/detail/instance-id").valueStream())
                .extracting(reference -> reference.path("Ref").asText())
                .containsExactlyInAnyOrderElementsOf(
                        resources(template, "AWS::EC2::Instance").keySet());
    }

    @Test
    void doNotExistUnlessSomebodyWantsThem() {
        assertThat(resources(Synthesis.template(Map.of()), "AWS::SNS::Topic")).isEmpty();
    }
}
