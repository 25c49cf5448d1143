package shop;

import io.enifailover.FailoverPair;
import io.enifailover.FailoverPairProps;
import io.enifailover.Network;
import io.enifailover.protocol.FailoverSettings;
import io.enifailover.protocol.Fencing;
import java.util.List;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ec2.VpcAttributes;
import software.constructs.Construct;

/** Two pairs in one existing VPC. The first is the example of the README, word for word. */
final class ShopStack extends Stack {
    ShopStack(Construct scope, String id, StackProps props) {
        super(scope, id, props);
        var vpc = Vpc.fromVpcAttributes(
                this,
                "Vpc",
                VpcAttributes.builder()
                        .vpcId("vpc-1")
                        .availabilityZones(List.of("eu-central-1a"))
                        .publicSubnetIds(List.of("subnet-1"))
                        .publicSubnetRouteTableIds(List.of("rtb-1"))
                        .build());

        var pair = new FailoverPair(this, "Shop", FailoverPairProps.builder()
                .network(Network.of(vpc))
                .instanceType("m7g.large")
                .clientCidrs(List.of("203.0.113.0/24"))
                .failover(FailoverSettings.builder().fencing(Fencing.STOP).build())
                .build());

        CfnOutput.Builder.create(this, "ShopAddress")
                .value(pair.floating().publicAddress())
                .build();

        new FailoverPair(
                this,
                "Blog",
                FailoverPairProps.builder().network(Network.of(vpc)).build());
    }
}
