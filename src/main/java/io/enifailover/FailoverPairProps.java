package io.enifailover;

import io.enifailover.Network.NewVpc;
import io.enifailover.protocol.FailoverSettings;
import io.enifailover.protocol.Probes;
import io.enifailover.protocol.Role;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a pair needs; everything has a default.
 *
 * @param network         VPC of the pair's own, or an existing one
 * @param instanceType    EC2 instance type of both servers; default {@code t4g.micro}
 * @param floatingAddress private IPv4 address of the floating interface, or null: the 25th address of the subnet in a
 *                        VPC of the pair's own, any free address in an existing VPC
 * @param service         what the pair protects; default {@link Nginx#welcomePage()}
 * @param clientCidrs     IPv4 blocks whose clients may reach the service, at least one; default {@code 0.0.0.0/0}
 * @param holder          server to which the deployment that first sets this value moves the interface, or null to leave
 *                        it where it is; a later deployment with the same value does not undo a failover
 * @param probes          how the watch probes
 * @param failover        when and how the controller moves the interface by itself
 * @param generations     increase one to rebuild that server; default 1 for both
 */
@RecordBuilder
public record FailoverPairProps(
        Network network,
        String instanceType,
        @Nullable String floatingAddress,
        Service service,
        List<String> clientCidrs,
        @Nullable Role holder,
        Probes probes,
        FailoverSettings failover,
        Generations generations)
        implements FailoverPairPropsBuilder.With {
    private static final String EVERYONE = "0.0.0.0/0";
    private static final Pattern INSTANCE_TYPE = Pattern.compile("[a-z][a-z0-9-]*\\.[a-z0-9-]+");

    public FailoverPairProps {
        if (!INSTANCE_TYPE.matcher(instanceType).matches()) {
            throw new IllegalArgumentException(
                    "instanceType must be an EC2 instance type such as t4g.micro, got " + instanceType);
        }
        if (floatingAddress != null) {
            Ipv4.address("floatingAddress", floatingAddress);
        }
        clientCidrs = List.copyOf(clientCidrs);
        if (clientCidrs.isEmpty()) {
            throw new IllegalArgumentException("clientCidrs must be at least one IPv4 block, got none");
        }
        clientCidrs.forEach(cidr -> Ipv4.block("clientCidrs", cidr, 0, 32));
    }

    /** Returns a builder with the defaults of each part, and a VPC of the pair's own. */
    public static FailoverPairPropsBuilder builder() {
        return FailoverPairPropsBuilder.builder()
                .network(NewVpc.ofDefaults())
                .instanceType("t4g.micro")
                .service(Nginx.welcomePage())
                .clientCidrs(List.of(EVERYONE))
                .probes(Probes.ofDefaults())
                .failover(FailoverSettings.ofDefaults())
                .generations(Generations.ofDefaults());
    }

    /** Whether every client may reach the pair. Otherwise the controller cannot, since its address is not known. */
    public boolean openToAll() {
        return clientCidrs.contains(EVERYONE);
    }
}
