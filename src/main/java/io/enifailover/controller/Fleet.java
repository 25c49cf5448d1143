package io.enifailover.controller;

import io.enifailover.controller.Server.Power;
import io.enifailover.controller.Server.Verdict;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.Tag;

/** The servers of one floating interface in EC2, which are those that carry its tag. */
public final class Fleet {
    /** Marks the servers of an interface: the value is the interface's id, so no two pairs share it. */
    public static final String PAIR_TAG = "eni-failover:interface";
    /** Names the role of a server. */
    public static final String ROLE_TAG = "eni-failover:role";

    /**
     * The most that EC2 returns at once. It may throttle a call that does not limit the page.
     * https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-pagination.html
     */
    private static final int PAGE = 1000;

    private final Ec2Client ec2;
    private final String interfaceId;

    Fleet(Ec2Client ec2, String interfaceId) {
        this.ec2 = ec2;
        this.interfaceId = interfaceId;
    }

    /**
     * Returns those that are not terminated.
     *
     * @throws CallFailed if EC2 did not tell
     */
    List<Server> servers() {
        var ours = Filter.builder().name("tag:" + PAIR_TAG).values(interfaceId).build();
        return CallFailed.translate(
                "DescribeInstances",
                () ->
                        ec2
                                .describeInstancesPaginator(
                                        request -> request.filters(ours).maxResults(PAGE))
                                .reservations()
                                .stream()
                                .flatMap(reservation -> reservation.instances().stream())
                                .flatMap(instance -> server(instance).stream())
                                .toList());
    }

    /**
     * Stops a server.
     *
     * @param dead whether not to wait for its operating system
     * @throws CallFailed if EC2 did not accept it
     */
    void stop(String serverId, boolean dead) {
        CallFailed.translate(
                "StopInstances",
                () -> ec2.stopInstances(
                        request -> request.instanceIds(serverId).force(dead).skipOsShutdown(dead)));
    }

    /**
     * @throws CallFailed if EC2 did not accept it
     */
    void start(String serverId) {
        CallFailed.translate("StartInstances", () -> ec2.startInstances(request -> request.instanceIds(serverId)));
    }

    /** Returns why EC2 would refuse to stop this server for want of rights, or nothing. */
    Optional<String> mayStop(String serverId) {
        return CallFailed.rehearse(
                "StopInstances",
                () -> ec2.stopInstances(request -> request.instanceIds(serverId).dryRun(true)));
    }

    /** Returns why EC2 would refuse to start this server for want of rights, or nothing. */
    Optional<String> mayStart(String serverId) {
        return CallFailed.rehearse(
                "StartInstances",
                () -> ec2.startInstances(
                        request -> request.instanceIds(serverId).dryRun(true)));
    }

    private Optional<Server> server(Instance instance) {
        var power = switch (instance.state().name()) {
            case PENDING -> Power.STARTING;
            case RUNNING -> Power.RUNNING;
            case STOPPING -> Power.STOPPING;
            case STOPPED -> Power.STOPPED;
            case SHUTTING_DOWN, TERMINATED, UNKNOWN_TO_SDK_VERSION -> Power.GONE;
        };
        var role = instance.tags().stream()
                .filter(tag -> tag.key().equals(ROLE_TAG))
                .map(Tag::value)
                .findFirst();
        if (power == Power.GONE || role.isEmpty()) {
            return Optional.empty();
        }
        var interfaces = instance.networkInterfaces();
        var roomForIt = interfaces.stream()
                .filter(it -> it.attachment() != null
                        && Integer.valueOf(1).equals(it.attachment().deviceIndex()))
                .allMatch(it -> interfaceId.equals(it.networkInterfaceId()));
        var publicAddress = interfaces.stream()
                .filter(it -> it.attachment() != null
                        && Integer.valueOf(0).equals(it.attachment().deviceIndex()))
                .filter(it -> it.association() != null)
                .map(it -> it.association().publicIp())
                // It is not there yet while a server starts.
                .filter(Objects::nonNull)
                .findFirst();
        return Optional.of(new Server(
                instance.instanceId(),
                Role.named(ROLE_TAG, role.get()),
                power,
                instance.launchTime(),
                zone(instance),
                roomForIt,
                publicAddress.orElse(null),
                Verdict.UNSEEN));
    }

    private static String zone(Instance instance) {
        var placement = instance.placement();
        return placement == null || placement.availabilityZone() == null ? "" : placement.availabilityZone();
    }
}
