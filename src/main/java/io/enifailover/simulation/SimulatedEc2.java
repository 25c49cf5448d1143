package io.enifailover.simulation;

import io.enifailover.function.PairServers;
import io.enifailover.function.Time;
import io.enifailover.protocol.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.AttachNetworkInterfaceRequest;
import software.amazon.awssdk.services.ec2.model.AttachNetworkInterfaceResponse;
import software.amazon.awssdk.services.ec2.model.AttachmentStatus;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeNetworkInterfacesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeNetworkInterfacesResponse;
import software.amazon.awssdk.services.ec2.model.DetachNetworkInterfaceRequest;
import software.amazon.awssdk.services.ec2.model.DetachNetworkInterfaceResponse;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateChange;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceAttachment;
import software.amazon.awssdk.services.ec2.model.Reservation;
import software.amazon.awssdk.services.ec2.model.StartInstancesRequest;
import software.amazon.awssdk.services.ec2.model.StartInstancesResponse;
import software.amazon.awssdk.services.ec2.model.StopInstancesRequest;
import software.amazon.awssdk.services.ec2.model.StopInstancesResponse;

/**
 * EC2 with one floating interface and some servers, on virtual time: changes take time, Describe may lag behind, and
 * a gate may make calls fail. EC2's guarantees hold: there is one holder at a time, an attachment id is used once, and an
 * instance that is being stopped keeps its interface unless it is detached.
 */
public class SimulatedEc2 implements Ec2Client {
    public static final String ENI = "eni-0123456789abcdef0";
    public static final String STACK = "arn:aws:cloudformation:us-east-1:123456789012:stack/Pair/1a2b";
    public static final Duration NEVER = Duration.ofDays(1);

    /** Is called before and after every call, which fails with what it throws. */
    public interface Gate {
        Gate OPEN = new Gate() {};

        default void before(String call) {}

        /** Called when the call has taken effect, and before its answer arrives. */
        default void after(String call) {}
    }

    public static final String DRY_RUN = " (dry run)";

    final Time time;
    private final SimulatedEni eni;
    private final SimulatedServers servers;
    Duration attachTakes = Duration.ofSeconds(3);
    Duration detachTakes = Duration.ofSeconds(2);
    private Duration forceTakes = Duration.ofSeconds(1);
    private Duration stopTakes = Duration.ofSeconds(10);
    private Duration startTakes = Duration.ofSeconds(15);
    private Duration callTakes = Duration.ZERO;
    Supplier<Duration> lag = () -> Duration.ZERO;
    private Gate gate = Gate.OPEN;

    public SimulatedEc2(Time time) {
        this.time = time;
        eni = new SimulatedEni(ENI, time);
        servers = new SimulatedServers(time);
    }

    /** Adds a server that has been running for a day. */
    public SimulatedEc2 with(String instanceId, Role role) {
        servers.add(instanceId, role);
        return this;
    }

    /** Returns the servers, for what no call can see or do. */
    public SimulatedServers servers() {
        return servers;
    }

    /** Returns the interface, for what no call can see or do. */
    public SimulatedEni eni() {
        return eni;
    }

    public SimulatedEc2 gate(Gate value) {
        gate = value;
        return this;
    }

    public SimulatedEc2 stopTakes(Duration value) {
        stopTakes = value;
        return this;
    }

    public SimulatedEc2 attachTakes(Duration value) {
        attachTakes = value;
        return this;
    }

    public SimulatedEc2 detachTakes(Duration value) {
        detachTakes = value;
        return this;
    }

    public SimulatedEc2 forceTakes(Duration value) {
        forceTakes = value;
        return this;
    }

    public SimulatedEc2 callTakes(Duration value) {
        callTakes = value;
        return this;
    }

    /** Attaches the interface without a call, wherever it was; this is a new attachment. */
    public SimulatedEc2 attachedTo(String instanceId) {
        eni.attach(instanceId, Duration.ZERO);
        return this;
    }

    public SimulatedEc2 available() {
        eni.available();
        return this;
    }

    /** Returns the actual holder, even if Describe lags behind. */
    public Optional<String> holder() {
        return eni.holderAt(time.now());
    }

    @Override
    public DescribeNetworkInterfacesResponse describeNetworkInterfaces(DescribeNetworkInterfacesRequest request) {
        return call("DescribeNetworkInterfaces", "", false, () -> {
            var shown = shownInterface(time.now().minus(lag.get()));
            if (!request.networkInterfaceIds().equals(List.of(ENI))) {
                throw error("InvalidNetworkInterfaceID.NotFound", "The networkInterface ID does not exist");
            }
            return DescribeNetworkInterfacesResponse.builder()
                    .networkInterfaces(shown)
                    .build();
        });
    }

    @Override
    public DescribeInstancesResponse describeInstances(DescribeInstancesRequest request) {
        return call("DescribeInstances", "", false, () -> {
            var then = time.now().minus(lag.get());
            var ours = Stream.of(Map.entry(PairServers.PAIR_TAG, ENI), Map.entry(PairServers.STACK_TAG, STACK))
                    .map(tag -> Filter.builder()
                            .name("tag:" + tag.getKey())
                            .values(tag.getValue())
                            .build())
                    .toList();
            var ids = request.instanceIds();
            ids.forEach(this::required);
            var shown = request.filters().equals(ours) || !ids.isEmpty()
                    ? shownServers(then).stream()
                            .filter(instance -> ids.isEmpty() || ids.contains(instance.instanceId()))
                            .toList()
                    : List.<Instance>of();
            return DescribeInstancesResponse.builder()
                    .reservations(Reservation.builder().instances(shown).build())
                    .build();
        });
    }

    @Override
    public StopInstancesResponse stopInstances(StopInstancesRequest request) {
        var id = request.instanceIds().get(0);
        var dead = Boolean.TRUE.equals(request.force()) && Boolean.TRUE.equals(request.skipOsShutdown());
        var about = " " + id + (dead ? " without its operating system" : "");
        return call("StopInstances", about, Boolean.TRUE.equals(request.dryRun()), () -> {
            required(id);
            var before = servers.state(id);
            servers.stop(id, stopTakes);
            eni.attachment()
                    .filter(a -> a.instanceId().equals(id) && a.status() == AttachmentStatus.DETACHING)
                    .ifPresent(a -> leave(NEVER));
            return StopInstancesResponse.builder()
                    .stoppingInstances(InstanceStateChange.builder()
                            .instanceId(id)
                            .previousState(state -> state.name(before))
                            .build())
                    .build();
        });
    }

    @Override
    public StartInstancesResponse startInstances(StartInstancesRequest request) {
        var id = request.instanceIds().get(0);
        return call("StartInstances", " " + id, Boolean.TRUE.equals(request.dryRun()), () -> {
            required(id);
            switch (servers.state(id)) {
                case STOPPED -> servers.start(id, startTakes);
                case PENDING, RUNNING -> {}
                default -> throw error("IncorrectInstanceState", "The instance is " + servers.state(id));
            }
            return StartInstancesResponse.builder().build();
        });
    }

    @Override
    public DetachNetworkInterfaceResponse detachNetworkInterface(DetachNetworkInterfaceRequest request) {
        var force = Boolean.TRUE.equals(request.force());
        var about = " " + request.attachmentId() + (force ? " by force" : "");
        return call("DetachNetworkInterface", about, Boolean.TRUE.equals(request.dryRun()), () -> {
            detach(request.attachmentId(), force);
            return DetachNetworkInterfaceResponse.builder().build();
        });
    }

    @Override
    public AttachNetworkInterfaceResponse attachNetworkInterface(AttachNetworkInterfaceRequest request) {
        var id = request.instanceId();
        var about = " to %s at %d/%d".formatted(id, request.networkCardIndex(), request.deviceIndex());
        return call("AttachNetworkInterface", about, Boolean.TRUE.equals(request.dryRun()), () -> {
            required(id);
            return AttachNetworkInterfaceResponse.builder()
                    .attachmentId(attach(id))
                    .build();
        });
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    public static Ec2Exception error(String code, String message) {
        var status = switch (code) {
            case "UnauthorizedOperation" -> 403;
            case "DryRunOperation" -> 412;
            case "InternalError" -> 500;
            case "RequestLimitExceeded", "Unavailable", "ServiceUnavailable" -> 503;
            default -> 400;
        };
        var details = AwsErrorDetails.builder().errorCode(code).errorMessage(message);
        return (Ec2Exception) Ec2Exception.builder()
                .statusCode(status)
                .awsErrorDetails(details.build())
                .build();
    }

    private <T> T call(String name, String about, boolean dry, Supplier<T> effect) {
        return call(name + about + (dry ? DRY_RUN : ""), () -> {
            if (dry) {
                throw error("DryRunOperation", "Request would have succeeded, but DryRun flag is set.");
            }
            return effect.get();
        });
    }

    /** Carries out a call, of which these are the name and the arguments. */
    <T> T call(String line, Supplier<T> effect) {
        time.sleep(callTakes);
        gate.before(line);
        var answer = effect.get();
        gate.after(line);
        return answer;
    }

    private void required(String instanceId) {
        if (!servers.exists(instanceId)) {
            throw error("InvalidInstanceID.NotFound", "The instance ID does not exist");
        }
    }

    /** Returns what EC2 shows of the interface as it was then. */
    NetworkInterface shownInterface(Instant then) {
        return eni.at(then);
    }

    /** Returns what EC2 shows of the servers as they were then. */
    List<Instance> shownServers(Instant then) {
        var holder = eni.attachmentAt(then)
                .map(NetworkInterfaceAttachment::instanceId)
                .orElse(null);
        return servers.shown(then, ENI, holder);
    }

    /** Begins to attach the interface, if it is free, and returns the id of the attachment. */
    String attach(String instanceId) {
        if (eni.attachment().isPresent()) {
            throw error("InvalidNetworkInterface.InUse", "Interface is in use");
        }
        var state = servers.state(instanceId);
        if (state != InstanceStateName.RUNNING && state != InstanceStateName.STOPPED) {
            throw error("IncorrectState", "The instance is " + state);
        }
        return eni.attach(instanceId, attachTakes);
    }

    /** Begins to detach the interface, if this is its attachment. */
    void detach(String attachmentId, boolean force) {
        var attachment = eni.attachment()
                .filter(a -> a.attachmentId().equals(attachmentId))
                .orElseThrow(() -> error("InvalidAttachmentID.NotFound", "The attachment does not exist"));
        if (!force && attachment.status() != AttachmentStatus.ATTACHED) {
            throw error("IncorrectState", "The attachment is " + attachment.statusAsString());
        }
        leave(force ? forceTakes : detachTakes);
    }

    /** Begins a detach, which ends after this time, or earlier if the server has stopped before. */
    void leave(Duration takes) {
        var holder = eni.attachment().orElseThrow().instanceId();
        var stopped = servers.stopped(holder).map(then -> Duration.between(time.now(), then));
        eni.leave(stopped.filter(d -> d.compareTo(takes) < 0)
                .map(d -> d.isNegative() ? Duration.ZERO : d)
                .orElse(takes));
    }
}
