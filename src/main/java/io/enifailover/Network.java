package io.enifailover;

import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.services.ec2.IVpc;

/** Where a pair lives: both servers and the floating interface share one subnet, since an interface cannot leave its zone. */
public sealed interface Network {

    /** Returns an existing VPC; the pair uses its first public subnet. */
    static Network of(IVpc vpc) {
        return new ExistingVpc(vpc, null);
    }

    /**
     * A VPC of the pair's own, with one public subnet in every zone of the Region.
     *
     * @param vpcCidr IPv4 block, /16 to /24
     * @param zone    Availability Zone of the pair, or null for the first of the Region
     */
    record NewVpc(String vpcCidr, @Nullable String zone) implements Network {
        public NewVpc {
            Ipv4.block("vpcCidr", vpcCidr, 16, 24);
        }

        /** Returns the default: 10.0.0.0/16, first zone. */
        public static NewVpc ofDefaults() {
            return new NewVpc("10.0.0.0/16", null);
        }
    }

    /**
     * An existing VPC; the pair uses its public subnet in the zone.
     *
     * @param vpc  VPC with a public subnet that gives instances a public address at launch
     * @param zone Availability Zone of the pair, or null for that of the first public subnet
     */
    record ExistingVpc(IVpc vpc, @Nullable String zone) implements Network {}
}
