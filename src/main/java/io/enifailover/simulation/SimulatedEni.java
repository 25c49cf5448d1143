package io.enifailover.simulation;

import io.enifailover.function.Time;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.AttachmentStatus;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceAttachment;

/** The floating interface of the simulated EC2: its states by time, including the end of a change under way. */
public final class SimulatedEni {
    private final String id;
    private final Time time;
    private final TreeMap<Instant, NetworkInterface> timeline = new TreeMap<>();
    private int attachments;

    SimulatedEni(String id, Time time) {
        this.id = id;
        this.time = time;
        timeline.put(Instant.MIN, shown(null));
    }

    /** Returns its state at that time. */
    NetworkInterface at(Instant instant) {
        return timeline.floorEntry(instant).getValue();
    }

    Optional<NetworkInterfaceAttachment> attachmentAt(Instant instant) {
        return Optional.ofNullable(at(instant).attachment());
    }

    public Optional<NetworkInterfaceAttachment> attachment() {
        return attachmentAt(time.now());
    }

    /** Returns the instance that it is attached to, if it is neither attaching nor detaching. */
    Optional<String> holderAt(Instant instant) {
        return attachmentAt(instant)
                .filter(a -> a.status() == AttachmentStatus.ATTACHED)
                .map(NetworkInterfaceAttachment::instanceId);
    }

    void available() {
        from(time.now(), null);
    }

    /** Begins a new attachment, and returns its id. */
    String attach(String instanceId, Duration takes) {
        attachments++;
        var attachment = NetworkInterfaceAttachment.builder()
                .attachmentId("eni-attach-" + attachments)
                .instanceId(instanceId)
                .deviceIndex(1)
                .attachTime(time.now().truncatedTo(ChronoUnit.SECONDS))
                .status(AttachmentStatus.ATTACHING)
                .build();
        from(time.now(), attachment);
        from(time.now().plus(takes), attachment.copy(a -> a.status(AttachmentStatus.ATTACHED)));
        return attachment.attachmentId();
    }

    /** Begins to detach, or shortens a detach that is under way. */
    void leave(Duration takes) {
        var end = time.now().plus(takes);
        var attachment = attachment().orElseThrow();
        if (attachment.status() != AttachmentStatus.DETACHING) {
            from(time.now(), attachment.copy(a -> a.status(AttachmentStatus.DETACHING)));
            from(end, null);
        } else if (end.isBefore(timeline.lastKey())) {
            from(end, null);
        }
    }

    void from(Instant instant, @Nullable NetworkInterfaceAttachment attachment) {
        timeline.tailMap(instant, true).clear();
        timeline.put(instant, shown(attachment));
    }

    private NetworkInterface shown(@Nullable NetworkInterfaceAttachment attachment) {
        return NetworkInterface.builder()
                .networkInterfaceId(id)
                .attachment(attachment)
                .association(association -> association.publicIp("203.0.113.200"))
                .build();
    }
}
