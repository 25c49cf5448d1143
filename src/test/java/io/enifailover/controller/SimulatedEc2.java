package io.enifailover.controller;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.AttachNetworkInterfaceRequest;
import software.amazon.awssdk.services.ec2.model.AttachNetworkInterfaceResponse;
import software.amazon.awssdk.services.ec2.model.AttachmentStatus;
import software.amazon.awssdk.services.ec2.model.DescribeNetworkInterfacesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeNetworkInterfacesResponse;
import software.amazon.awssdk.services.ec2.model.DetachNetworkInterfaceRequest;
import software.amazon.awssdk.services.ec2.model.DetachNetworkInterfaceResponse;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceAttachment;

/**
 * EC2 with one floating interface, on virtual time: attaching and detaching take a while, Describe may lag behind, calls may
 * fail or be the last thing that a caller does. What EC2 guarantees holds here too: one holder at a time, and an attachment
 * id is used once.
 */
final class SimulatedEc2 implements Ec2Client {
    static final String ENI = "eni-0123456789abcdef0";
    static final Duration NEVER = Duration.ofDays(1);

    /** The end of a caller's process. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    private record Fault(String call, RuntimeException answer) {}

    private final Time time;
    // The interface from each instant on, the future of an asynchronous change included; no attachment: available.
    private final TreeMap<Instant, Optional<NetworkInterface>> timeline = new TreeMap<>();
    private final Map<String, Instant> busyIndexUntil = new HashMap<>();
    private final Deque<Fault> faults = new ArrayDeque<>();
    private final Map<Integer, Runnable> before = new HashMap<>();
    private final Map<Integer, Runnable> after = new HashMap<>();
    private final List<String> calls = new ArrayList<>();
    private Duration attachTakes = Duration.ofSeconds(3);
    private Duration detachTakes = Duration.ofSeconds(2);
    private Duration forceTakes = Duration.ofSeconds(1);
    private Duration callTakes = Duration.ZERO;
    private Supplier<Duration> lag = () -> Duration.ZERO;
    private int attachments;

    SimulatedEc2(Time time) {
        this.time = time;
        timeline.put(Instant.MIN, shown(null));
    }

    SimulatedEc2 attachTakes(Duration value) {
        attachTakes = value;
        return this;
    }

    SimulatedEc2 detachTakes(Duration value) {
        detachTakes = value;
        return this;
    }

    SimulatedEc2 forceTakes(Duration value) {
        forceTakes = value;
        return this;
    }

    SimulatedEc2 callTakes(Duration value) {
        callTakes = value;
        return this;
    }

    /** How old the state is that each Describe shows. */
    SimulatedEc2 showsLate(Supplier<Duration> value) {
        lag = value;
        return this;
    }

    /** Lets the next calls of this name fail with EC2's code; what is asked first fails first. */
    SimulatedEc2 fails(String call, String code, int times) {
        for (int i = 0; i < times; i++) {
            faults.add(new Fault(call, error(code, "simulated")));
        }
        return this;
    }

    /** Lets the next calls of this name go without an answer. */
    SimulatedEc2 doesNotAnswer(String call, int times) {
        for (int i = 0; i < times; i++) {
            faults.add(new Fault(call, noAnswer()));
        }
        return this;
    }

    /** Runs this before the n-th call, counted from 1, takes effect. */
    SimulatedEc2 before(int call, Runnable act) {
        before.put(call, act);
        return this;
    }

    /** Runs this when the n-th call has taken effect, and before its answer arrives. */
    SimulatedEc2 after(int call, Runnable act) {
        after.put(call, act);
        return this;
    }

    /** Another interface sits at device index 1 of this instance. */
    SimulatedEc2 busyIndex(String instanceId, Duration duration) {
        busyIndexUntil.put(instanceId, time.now().plus(duration));
        return this;
    }

    /** The interface appears only after a while. */
    SimulatedEc2 missingFor(Duration duration) {
        timeline.clear();
        timeline.put(Instant.MIN, Optional.empty());
        timeline.put(time.now().plus(duration), shown(null));
        return this;
    }

    /** Somebody else attaches the interface, wherever it was: a new attachment. */
    SimulatedEc2 attachedTo(String instanceId) {
        return set(attachment(instanceId, AttachmentStatus.ATTACHED));
    }

    SimulatedEc2 attachingTo(String instanceId) {
        set(attachment(instanceId, AttachmentStatus.ATTACHING));
        becomes(AttachmentStatus.ATTACHED, attachTakes);
        return this;
    }

    /** Somebody else has asked to detach the interface from where it is. */
    SimulatedEc2 detaching() {
        leave(detachTakes);
        return this;
    }

    SimulatedEc2 available() {
        return set(null);
    }

    /** The instance that holds the interface in truth, however late Describe is. */
    Optional<String> holder() {
        return attachment()
                .filter(a -> a.status() == AttachmentStatus.ATTACHED)
                .map(NetworkInterfaceAttachment::instanceId);
    }

    boolean isAvailable() {
        return now().isPresent() && attachment().isEmpty();
    }

    /** A witness for whom an instance serves this long after it was attached. */
    Witness witness(Duration delay) {
        return () -> {
            var past = timeline.floorEntry(time.now().minus(delay)).getValue();
            var server = holder().filter(h -> past.map(NetworkInterface::attachment)
                    .filter(a -> a.instanceId().equals(h) && a.status() == AttachmentStatus.ATTACHED)
                    .isPresent());
            return server.map(s -> new Witness.Sight(s, "HTTP 200 from " + s))
                    .orElseGet(() -> new Witness.Sight(null, "connection refused"));
        };
    }

    /** All calls, each with what it was about. */
    List<String> calls() {
        return List.copyOf(calls);
    }

    /** The calls that asked for a change. */
    List<String> changes() {
        return calls.stream().filter(c -> !c.startsWith("Describe")).toList();
    }

    @Override
    public DescribeNetworkInterfacesResponse describeNetworkInterfaces(DescribeNetworkInterfacesRequest request) {
        return call("DescribeNetworkInterfaces", "", () -> {
            var shown = timeline.floorEntry(time.now().minus(lag.get())).getValue();
            if (shown.isEmpty() || !request.networkInterfaceIds().equals(List.of(ENI))) {
                throw error("InvalidNetworkInterfaceID.NotFound", "The networkInterface ID does not exist");
            }
            return DescribeNetworkInterfacesResponse.builder()
                    .networkInterfaces(shown.get())
                    .build();
        });
    }

    @Override
    public DetachNetworkInterfaceResponse detachNetworkInterface(DetachNetworkInterfaceRequest request) {
        var force = Boolean.TRUE.equals(request.force());
        return call("DetachNetworkInterface", " " + request.attachmentId() + (force ? " by force" : ""), () -> {
            var attachment = attachment()
                    .filter(a -> a.attachmentId().equals(request.attachmentId()))
                    .orElseThrow(() -> error("InvalidAttachmentID.NotFound", "The attachment does not exist"));
            if (!force && attachment.status() != AttachmentStatus.ATTACHED) {
                throw error("IncorrectState", "The attachment is " + attachment.statusAsString());
            }
            leave(force ? forceTakes : detachTakes);
            return DetachNetworkInterfaceResponse.builder().build();
        });
    }

    @Override
    public AttachNetworkInterfaceResponse attachNetworkInterface(AttachNetworkInterfaceRequest request) {
        var place =
                " to %s at %d/%d".formatted(request.instanceId(), request.networkCardIndex(), request.deviceIndex());
        return call("AttachNetworkInterface", place, () -> {
            if (now().isEmpty()) {
                throw error("InvalidNetworkInterfaceID.NotFound", "The networkInterface ID does not exist");
            }
            if (attachment().isPresent()) {
                throw error("InvalidNetworkInterface.InUse", "Interface is in use");
            }
            if (time.now().isBefore(busyIndexUntil.getOrDefault(request.instanceId(), Instant.MIN))) {
                throw error("InvalidParameterValue", "already has an interface attached at device index '1'");
            }
            var attachment = attachment(request.instanceId(), AttachmentStatus.ATTACHING);
            set(attachment);
            becomes(AttachmentStatus.ATTACHED, attachTakes);
            return AttachNetworkInterfaceResponse.builder()
                    .attachmentId(attachment.attachmentId())
                    .build();
        });
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    static Ec2Exception error(String code, String message) {
        var status = switch (code) {
            case "UnauthorizedOperation" -> 403;
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

    static ApiCallTimeoutException noAnswer() {
        return ApiCallTimeoutException.create(10_000);
    }

    private <T> T call(String name, String about, Supplier<T> effect) {
        calls.add(name + about);
        var number = calls.size();
        time.sleep(callTakes);
        before.getOrDefault(number, () -> {}).run();
        var fault = faults.stream().filter(f -> f.call().equals(name)).findFirst();
        if (fault.isPresent()) {
            faults.remove(fault.get());
            throw fault.get().answer();
        }
        var answer = effect.get();
        after.getOrDefault(number, () -> {}).run();
        return answer;
    }

    private Optional<NetworkInterface> now() {
        return timeline.floorEntry(time.now()).getValue();
    }

    private Optional<NetworkInterfaceAttachment> attachment() {
        return now().map(NetworkInterface::attachment);
    }

    private NetworkInterfaceAttachment attachment(String instanceId, AttachmentStatus status) {
        attachments++;
        return NetworkInterfaceAttachment.builder()
                .attachmentId("eni-attach-" + attachments)
                .instanceId(instanceId)
                .status(status)
                .build();
    }

    private SimulatedEc2 set(@Nullable NetworkInterfaceAttachment attachment) {
        timeline.tailMap(time.now(), true).clear();
        timeline.put(time.now(), shown(attachment));
        return this;
    }

    private void becomes(AttachmentStatus status, Duration later) {
        var changed = attachment().orElseThrow().copy(a -> a.status(status));
        timeline.put(time.now().plus(later), shown(changed));
    }

    private void leave(Duration takes) {
        set(attachment().orElseThrow().copy(a -> a.status(AttachmentStatus.DETACHING)));
        timeline.put(time.now().plus(takes), shown(null));
    }

    private static Optional<NetworkInterface> shown(@Nullable NetworkInterfaceAttachment attachment) {
        return Optional.of(NetworkInterface.builder()
                .networkInterfaceId(ENI)
                .attachment(attachment)
                .build());
    }
}
