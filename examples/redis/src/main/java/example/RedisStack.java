package example;

import io.enifailover.FailoverPair;
import io.enifailover.FailoverPairProps;
import io.enifailover.Network;
import io.enifailover.Service;
import io.enifailover.protocol.FailoverSettings;
import io.enifailover.protocol.Fencing;
import io.enifailover.protocol.HealthCheck;
import java.nio.file.Path;
import java.util.List;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.ec2.IpAddresses;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.constructs.Construct;

/** Two servers with Redis, of which the active one takes writes and the other one is its replica. */
final class RedisStack extends Stack {
    private static final String CIDR = "10.0.0.0/16";
    private static final int REDIS = 6379;
    private static final int HEALTH = 6380;

    RedisStack(Construct scope, String id, StackProps props) {
        super(scope, id, props);
        // Stands for the VPC that you have: Vpc.fromLookup finds it.
        var vpc = Vpc.Builder.create(this, "Vpc")
                .ipAddresses(IpAddresses.cidr(CIDR))
                .maxAzs(1)
                .natGateways(0)
                .subnetConfiguration(List.of(SubnetConfiguration.builder()
                        .name("Public")
                        .subnetType(SubnetType.PUBLIC)
                        .cidrMask(24)
                        .build()))
                .build();

        var pair = new FailoverPair(this, "Pair", FailoverPairProps.builder()
                .network(Network.of(vpc))
                // Redis has no password here, so only its clients may reach it.
                .clientCidrs(List.of(CIDR))
                .service(Service.builder()
                        .name("redis")
                        .tcpPorts(List.of(REDIS, HEALTH))
                        .healthCheck(HealthCheck.http(HEALTH, "/"))
                        .install(Path.of("server"))
                        .units(List.of("redis-pair"))
                        .build())
                .failover(FailoverSettings.builder().fencing(Fencing.STOP_FIRST).build())
                .build());
        // The library opens the port of the health check between the servers; the replica needs this one.
        pair.getConnections().allowInternally(Port.tcp(REDIS), "Replication");
        pair.addOutputs();
    }
}
