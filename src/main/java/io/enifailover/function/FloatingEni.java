package io.enifailover.function;

import io.enifailover.function.InterfaceState.Available;
import io.enifailover.function.InterfaceState.Gone;
import io.enifailover.function.InterfaceState.Held;
import io.enifailover.function.InterfaceState.Status;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.AttachNetworkInterfaceRequest;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceAttachment;

/** The floating interface in EC2: one method for each of the three calls that a move needs. */
final class FloatingEni {
    static final String DESCRIBE = "DescribeNetworkInterfaces";
    static final String DETACH = "DetachNetworkInterface";
    static final String ATTACH = "AttachNetworkInterface";

    private final Ec2Client ec2;
    private final String id;

    FloatingEni(Ec2Client ec2, String id) {
        this.ec2 = ec2;
        this.id = id;
    }

    /**
     * What DescribeNetworkInterfaces returned.
     *
     * @param attached when the current attachment began, to the second, or null if there is none
     * @param hasAddress whether an Elastic IP is associated with it
     * @param endsWithHolder whether EC2 deletes it when its holder is terminated, which only an attachment made by hand can cause
     */
    record Shown(InterfaceState state, @Nullable Instant attached, boolean hasAddress, boolean endsWithHolder) {
        private static final Shown GONE = new Shown(new Gone(), null, false, false);
    }

    /** @throws CallFailed if EC2 refused, or did not answer */
    Shown observe() {
        return CallFailed.translate(DESCRIBE, () -> {
            try {
                return ec2.describeNetworkInterfaces(r -> r.networkInterfaceIds(id)).networkInterfaces().stream()
                        .findFirst()
                        .map(FloatingEni::shown)
                        .orElse(Shown.GONE);
            } catch (AwsServiceException e) {
                if (CallFailed.codeOf(e).equals("InvalidNetworkInterfaceID.NotFound")) {
                    return Shown.GONE;
                }
                throw e;
            }
        });
    }

    /**
     * Asks EC2 to end this attachment, and no other: the id makes the call a compare-and-swap.
     *
     * @param force only as a last resort, because it may leave the old holder's device index unusable until a stop and start
     * @throws CallFailed if EC2 did not accept it
     */
    void detach(String attachmentId, boolean force) {
        CallFailed.translate(
                DETACH,
                () -> ec2.detachNetworkInterface(
                        r -> r.attachmentId(attachmentId).force(force)));
    }

    /**
     * Asks EC2 to attach the interface as the second one of this instance.
     *
     * @throws CallFailed if EC2 did not accept it
     */
    void attach(String instanceId) {
        CallFailed.translate(
                ATTACH, () -> ec2.attachNetworkInterface(attachment(instanceId).build()));
    }

    /** Returns why EC2 would refuse to attach the interface to this instance for lack of permission, or nothing. */
    Optional<String> attachDenied(String instanceId) {
        return CallFailed.dryRun(
                ATTACH,
                () -> ec2.attachNetworkInterface(
                        attachment(instanceId).dryRun(true).build()));
    }

    private AttachNetworkInterfaceRequest.Builder attachment(String instanceId) {
        return AttachNetworkInterfaceRequest.builder()
                .networkInterfaceId(id)
                .instanceId(instanceId)
                .deviceIndex(1)
                .networkCardIndex(0);
    }

    /** Returns why EC2 would refuse to end this attachment for lack of permission, or nothing. */
    Optional<String> detachDenied(String attachmentId) {
        return CallFailed.dryRun(
                DETACH,
                () -> ec2.detachNetworkInterface(
                        r -> r.attachmentId(attachmentId).dryRun(true)));
    }

    @Override
    public String toString() {
        return id;
    }

    private static Shown shown(NetworkInterface described) {
        var attachment = described.attachment();
        return new Shown(
                state(attachment),
                attachment == null ? null : attachment.attachTime(),
                described.association() != null,
                attachment != null && Boolean.TRUE.equals(attachment.deleteOnTermination()));
    }

    private static InterfaceState state(@Nullable NetworkInterfaceAttachment attachment) {
        if (attachment == null) {
            return new Available();
        }
        return switch (attachment.status()) {
            case ATTACHING -> new Held(attachment.attachmentId(), attachment.instanceId(), Status.ATTACHING);
            case DETACHING -> new Held(attachment.attachmentId(), attachment.instanceId(), Status.DETACHING);
            case DETACHED -> new Available();
            // Treated as attached: EC2 itself then refuses any call that is not possible.
            case ATTACHED, UNKNOWN_TO_SDK_VERSION ->
                new Held(attachment.attachmentId(), attachment.instanceId(), Status.ATTACHED);
        };
    }
}
