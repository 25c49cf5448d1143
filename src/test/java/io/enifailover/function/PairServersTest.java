package io.enifailover.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesResponse;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceNetworkInterface;
import software.amazon.awssdk.services.ec2.model.InstanceNetworkInterfaceAssociation;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.Reservation;
import software.amazon.awssdk.services.ec2.model.StopInstancesRequest;
import software.amazon.awssdk.services.ec2.model.StopInstancesResponse;
import software.amazon.awssdk.services.ec2.model.Tag;

class PairServersTest {
    private static final String STACK = "stack";

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
        var fleet = new PairServers(new Answering(page("i-1", "next"), page("i-2", null)), "eni-1", STACK);

        assertThat(fleet.servers()).extracting(Server::id).containsExactly("i-1", "i-2");
    }

    /** Anybody who may tag an instance can set the first two of these tags. */
    @ParameterizedTest
    @CsvSource({"eni-1, another-stack, standby", "eni-2, stack, standby", "eni-1, stack, secondary", "eni-1, stack, ''"
    })
    void leavesOutAStranger(String interfaceId, String stackId, String role) {
        var stranger =
                server("i-2").toBuilder().tags(tags(interfaceId, stackId, role)).build();
        var fleet = new PairServers(new Answering(page("i-1", "next"), answer(stranger)), "eni-1", STACK);

        assertThat(fleet.servers()).extracting(Server::id).containsExactly("i-1");
    }

    @Test
    void asksForTheServersOfItsInterfaceAndStackOnly() {
        var ec2 = new Answering(page("i-1", null));

        new PairServers(ec2, "eni-1", STACK).servers();

        assertThat(ec2.filters)
                .extracting(Filter::name, Filter::values)
                .containsExactly(
                        tuple("tag:eni-failover:interface", List.of("eni-1")),
                        tuple("tag:aws:cloudformation:stack-id", List.of(STACK)));
    }

    @Test
    void saysThatADryRunWasCarriedOut() {
        var ec2 = new Answering() {
            @Override
            public StopInstancesResponse stopInstances(StopInstancesRequest request) {
                return StopInstancesResponse.builder().build();
            }
        };

        assertThat(new PairServers(ec2, "eni-1", STACK).stopDenied("i-1"))
                .contains("StopInstances: EC2 carried out a call that was only a dry run");
    }

    private static DescribeInstancesResponse page(String id, @Nullable String next) {
        return answer(server(id)).toBuilder().nextToken(next).build();
    }

    private static PairServers fleet(Consumer<InstanceNetworkInterfaceAssociation.Builder> association) {
        var own = InstanceNetworkInterface.builder()
                .networkInterfaceId("eni-own")
                .attachment(attachment -> attachment.deviceIndex(0))
                .association(association)
                .build();
        return new PairServers(
                new Answering(
                        answer(server("i-1").toBuilder().networkInterfaces(own).build())),
                "eni-1",
                STACK);
    }

    private static Instance server(String id) {
        return Instance.builder()
                .instanceId(id)
                .state(state -> state.name(InstanceStateName.RUNNING))
                .launchTime(Instant.EPOCH)
                .tags(tags("eni-1", STACK, "primary"))
                .build();
    }

    private static List<Tag> tags(String interfaceId, String stackId, String role) {
        return Map.of(PairServers.PAIR_TAG, interfaceId, PairServers.STACK_TAG, stackId, PairServers.ROLE_TAG, role)
                .entrySet()
                .stream()
                .map(tag ->
                        Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList();
    }

    private static DescribeInstancesResponse answer(Instance instance) {
        return DescribeInstancesResponse.builder()
                .reservations(Reservation.builder().instances(instance).build())
                .build();
    }

    /** An EC2 that returns these pages of servers, each for the token of the one before. */
    private static class Answering implements Ec2Client {
        private final List<DescribeInstancesResponse> pages;
        private List<Filter> filters = List.of();

        Answering(DescribeInstancesResponse... pages) {
            this.pages = List.of(pages);
        }

        @Override
        public DescribeInstancesResponse describeInstances(DescribeInstancesRequest request) {
            filters = request.filters();
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
