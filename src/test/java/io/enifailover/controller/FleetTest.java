package io.enifailover.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesResponse;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceNetworkInterface;
import software.amazon.awssdk.services.ec2.model.InstanceNetworkInterfaceAssociation;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.Reservation;
import software.amazon.awssdk.services.ec2.model.StopInstancesRequest;
import software.amazon.awssdk.services.ec2.model.StopInstancesResponse;
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

    @Test
    void findsTheServersOnEveryPage() {
        var fleet = new Fleet(new Answering(page("i-1", "next"), page("i-2", null)), "eni-1");

        assertThat(fleet.servers()).extracting(Server::id).containsExactly("i-1", "i-2");
    }

    @Test
    void saysThatADryRunWasCarriedOut() {
        var ec2 = new Answering() {
            @Override
            public StopInstancesResponse stopInstances(StopInstancesRequest request) {
                return StopInstancesResponse.builder().build();
            }
        };

        assertThat(new Fleet(ec2, "eni-1").mayStop("i-1"))
                .contains("StopInstances: EC2 carried out a call that was only a dry run");
    }

    private static DescribeInstancesResponse page(String id, @Nullable String next) {
        return answer(server(id)).toBuilder().nextToken(next).build();
    }

    private static Fleet fleet(Consumer<InstanceNetworkInterfaceAssociation.Builder> association) {
        var own = InstanceNetworkInterface.builder()
                .networkInterfaceId("eni-own")
                .attachment(attachment -> attachment.deviceIndex(0))
                .association(association)
                .build();
        return new Fleet(
                new Answering(
                        answer(server("i-1").toBuilder().networkInterfaces(own).build())),
                "eni-1");
    }

    private static Instance server(String id) {
        return Instance.builder()
                .instanceId(id)
                .state(state -> state.name(InstanceStateName.RUNNING))
                .launchTime(Instant.EPOCH)
                .tags(Tag.builder().key(Fleet.ROLE_TAG).value("primary").build())
                .build();
    }

    private static DescribeInstancesResponse answer(Instance instance) {
        return DescribeInstancesResponse.builder()
                .reservations(Reservation.builder().instances(instance).build())
                .build();
    }

    /** An EC2 that returns these pages of servers, each for the token of the one before. */
    private static class Answering implements Ec2Client {
        private final List<DescribeInstancesResponse> pages;

        Answering(DescribeInstancesResponse... pages) {
            this.pages = List.of(pages);
        }

        @Override
        public DescribeInstancesResponse describeInstances(DescribeInstancesRequest request) {
            var tokens =
                    pages.stream().map(DescribeInstancesResponse::nextToken).toList();
            return pages.get(request.nextToken() == null ? 0 : tokens.indexOf(request.nextToken()) + 1);
        }

        @Override
        public String serviceName() {
            return "ec2";
        }

        @Override
        public void close() {}
    }
}
