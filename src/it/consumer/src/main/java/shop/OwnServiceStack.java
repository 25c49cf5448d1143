package shop;

import io.enifailover.FailoverPair;
import io.enifailover.FailoverPairProps;
import io.enifailover.Service;
import io.enifailover.protocol.HealthCheck;
import java.nio.file.Path;
import java.util.List;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.constructs.Construct;

/** A pair with the user's own service: the example of docs/service.md, word for word. */
final class OwnServiceStack extends Stack {
    OwnServiceStack(Construct scope, String id, StackProps props) {
        super(scope, id, props);
        var pair = new FailoverPair(this, "Pair", FailoverPairProps.builder()
                .service(Service.builder()
                        .name("shop")
                        .tcpPorts(List.of(443))
                        .healthCheck(HealthCheck.https(443, "/health"))
                        .install(Path.of("server")) // a directory with install.sh
                        .units(List.of("shop"))
                        .build())
                .build());
        pair.addOutputs();
    }
}
