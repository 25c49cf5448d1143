package io.enifailover.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesResponse;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceNetworkInterface;
import software.amazon.awssdk.services.ec2.model.InstanceNetworkInterfaceAssociation;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.Reservation;
import software.amazon.awssdk.services.ec2.model.Tag;

class FleetTest {
    @Test
    void knowsAServerByThePublicAddressOfItsFirstInterface() {
        assertThat(fleet(association -> association.publicIp("203.0.113.1")).servers())
                .extracting(Server::publicAddress)
                .containsExactly("203.0.113.1");
    }

    @Test
    void knowsAServerWhoseAddressIsNotThereYet() {
        assertThat(fleet(association -> {}).servers())
                .extracting(Server::publicAddress)
                .containsOnlyNulls()
                .hasSize(1);
    }

    private static Fleet fleet(Consumer<InstanceNetworkInterfaceAssociation.Builder> association) {
        var own = InstanceNetworkInterface.builder()
                .networkInterfaceId("eni-own")
                .attachment(attachment -> attachment.deviceIndex(0))
                .association(association)
                .build();
        var instance = Instance.builder()
                .instanceId("i-1")
                .state(state -> state.name(InstanceStateName.RUNNING))
                .launchTime(Instant.EPOCH)
                .tags(Tag.builder().key(Fleet.ROLE_TAG).value("primary").build())
                .networkInterfaces(own)
                .build();
        var answer = DescribeInstancesResponse.builder()
                .reservations(Reservation.builder().instances(instance).build())
                .build();
        return new Fleet(new Answering(answer), "eni-1");
    }

    private record Answering(DescribeInstancesResponse answer) implements Ec2Client {
        @Override
        public DescribeInstancesResponse describeInstances(DescribeInstancesRequest request) {
            return answer;
        }

        @Override
        public String serviceName() {
            return "ec2";
        }

        @Override
        public void close() {}
    }
}
