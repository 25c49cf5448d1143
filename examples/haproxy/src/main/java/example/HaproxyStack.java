package example;

import io.enifailover.FailoverPair;
import io.enifailover.FailoverPairProps;
import io.enifailover.Network;
import io.enifailover.Service;
import io.enifailover.protocol.HealthCheck;
import java.nio.file.Path;
import java.util.List;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.ec2.IpAddresses;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.constructs.Construct;

/** Two servers with HAProxy, of which the active one passes TLS connections on to the backends of a VPC. */
final class HaproxyStack extends Stack {
    HaproxyStack(Construct scope, String id, StackProps props) {
        super(scope, id, props);
        // Stands for the VPC that you have: Vpc.fromLookup finds it.
        var vpc = Vpc.Builder.create(this, "Vpc")
                .ipAddresses(IpAddresses.cidr("10.0.0.0/16"))
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
                .service(Service.builder()
                        .name("haproxy")
                        .tcpPorts(List.of(443))
                        .healthCheck(HealthCheck.tcp(443))
                        .install(Path.of("server"))
                        .units(List.of("haproxy"))
                        .build())
                .build());
        pair.addOutputs();
    }
}
