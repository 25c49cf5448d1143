package io.enifailover.cdk.server;

import io.enifailover.cdk.floating.FloatingInterface;
import io.enifailover.protocol.Probes;
import io.enifailover.protocol.Role;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.services.ec2.IMachineImage;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.lambda.IAlias;

/**
 * What a server needs.
 *
 * @param role         its role in the pair
 * @param generation   increased to rebuild it
 * @param place        where it is
 * @param instanceType size; the architecture of the image follows from it
 * @param image        machine image, or null for Amazon Linux 2023
 * @param rootVolume   size of the root volume in GiB
 * @param rootDevice   device name of the root volume in the image
 * @param files        what it fetches at its first boot
 * @param units        systemd units of the service
 * @param floating     interface that it can hold, and that it watches over while it does not
 * @param probes       how that watch probes
 * @param controller   alias of the function that the watch calls, for this role
 */
@RecordBuilder
public record ServerInstanceProps(
        Role role,
        int generation,
        Placement place,
        InstanceType instanceType,
        @Nullable IMachineImage image,
        int rootVolume,
        String rootDevice,
        ServerFiles files,
        List<String> units,
        FloatingInterface floating,
        Probes probes,
        IAlias controller) {}
