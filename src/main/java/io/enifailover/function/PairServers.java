package io.enifailover.function;

import io.enifailover.function.Server.Power;
import io.enifailover.function.Server.Verdict;
import io.enifailover.protocol.Role;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.Tag;

/**
 * The servers of one floating interface in EC2: those that have its tag and that the controller's own stack has created. With
 * the tag alone, anybody who may tag an instance could make it a server of the pair.
 */
public final class PairServers {
    /** Marks the servers of an interface: the value is the interface's id, so no two pairs share it. */
    public static final String PAIR_TAG = "eni-failover:interface";
    /** Names the role of a server. */
    public static final String ROLE_TAG = "eni-failover:role";

    /**
     * Set by CloudFormation on every instance that it creates. Users can neither set nor change a tag that begins with aws.
     * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-resource-tags.html
     */
    public static final String STACK_TAG = "aws:cloudformation:stack-id";

    private static final Logger LOG = LoggerFactory.getLogger(PairServers.class);

    /**
     * The largest page that EC2 returns. It may throttle a call that does not limit the page.
     * https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-pagination.html
     */
    private static final int PAGE = 1000;

    private final Ec2Client ec2;
    private final String interfaceId;
    private final String stackId;

    /** @param stackId stack that has created the servers */
    PairServers(Ec2Client ec2, String interfaceId, String stackId) {
        this.ec2 = ec2;
        this.interfaceId = interfaceId;
        this.stackId = stackId;
    }

    /**
     * Returns the server of this id, if it is one of {@link #servers()}.
     *
     * @throws CallFailed if EC2 refused, or did not answer
     */
    Optional<Server> find(String id) {
        return servers().stream().filter(server -> server.id().equals(id)).findFirst();
    }

    /**
     * Returns the servers that are not terminated and have one of the two roles.
     *
     * @throws CallFailed if EC2 refused, or did not answer
     */
    List<Server> servers() {
        var ours = List.of(tagged(PAIR_TAG, interfaceId), tagged(STACK_TAG, stackId));
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
     * Returns the state of an instance, including shutting down and terminated. Only when it is stopped or terminated does
     * nothing run on it any more. An instance that EC2 no longer shows was terminated some time ago.
     *
     * @throws CallFailed if EC2 refused, or did not answer
     */
    InstanceStateName state(String id) {
        return CallFailed.translate("DescribeInstances", () -> {
            try {
                return ec2.describeInstances(request -> request.instanceIds(id)).reservations().stream()
                        .flatMap(reservation -> reservation.instances().stream())
                        .map(instance -> instance.state().name())
                        .findFirst()
                        .orElse(InstanceStateName.UNKNOWN_TO_SDK_VERSION);
            } catch (AwsServiceException e) {
                if (CallFailed.codeOf(e).equals("InvalidInstanceID.NotFound")) {
                    return InstanceStateName.TERMINATED;
                }
                throw e;
            }
        });
    }

    /**
     * Stops a server.
     *
     * @param force whether to stop it without waiting for its operating system
     * @return false if it was stopping or stopped already, which DescribeInstances may show late or not at all: EC2 answers
     *     with the state that the instance had before
     * @throws CallFailed if EC2 did not accept it
     */
    boolean stop(String serverId, boolean force) {
        return CallFailed.translate(
                        "StopInstances",
                        () -> ec2.stopInstances(request ->
                                request.instanceIds(serverId).force(force).skipOsShutdown(force)))
                .stoppingInstances()
                .stream()
                .map(change -> change.previousState().name())
                .noneMatch(before -> before == InstanceStateName.STOPPING || before == InstanceStateName.STOPPED);
    }

    /** @throws CallFailed if EC2 did not accept it */
    void start(String serverId) {
        CallFailed.translate("StartInstances", () -> ec2.startInstances(request -> request.instanceIds(serverId)));
    }

    /** Returns why EC2 would refuse to stop this server for lack of permission, or nothing. */
    Optional<String> stopDenied(String serverId) {
        return CallFailed.dryRun(
                "StopInstances",
                () -> ec2.stopInstances(request -> request.instanceIds(serverId).dryRun(true)));
    }

    /** Returns why EC2 would refuse to start this server for lack of permission, or nothing. */
    Optional<String> startDenied(String serverId) {
        return CallFailed.dryRun(
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
        var role = role(instance);
        // Checks the tags again although EC2 has filtered by them, so that this does not depend on the filter alone.
        if (power == Power.GONE
                || role.isEmpty()
                || !interfaceId.equals(tag(instance, PAIR_TAG))
                || !stackId.equals(tag(instance, STACK_TAG))) {
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
                // Missing while a server starts.
                .filter(Objects::nonNull)
                .findFirst();
        return Optional.of(new Server(
                instance.instanceId(),
                role.get(),
                power,
                instance.launchTime(),
                zone(instance),
                roomForIt,
                publicAddress.orElse(null),
                Verdict.UNSEEN));
    }

    private static Filter tagged(String key, String value) {
        return Filter.builder().name("tag:" + key).values(value).build();
    }

    private static Optional<Role> role(Instance instance) {
        var name = tag(instance, ROLE_TAG);
        var role = Arrays.stream(Role.values())
                .filter(it -> it.toString().equals(name))
                .findFirst();
        if (role.isEmpty()) {
            LOG.warn("{} has the tag of the pair, but not the tag of a role", instance.instanceId());
        }
        return role;
    }

    private static @Nullable String tag(Instance instance, String key) {
        return instance.tags().stream()
                .filter(tag -> tag.key().equals(key))
                .map(Tag::value)
                .findFirst()
                .orElse(null);
    }

    private static String zone(Instance instance) {
        var placement = instance.placement();
        return placement == null || placement.availabilityZone() == null ? "" : placement.availabilityZone();
    }
}
