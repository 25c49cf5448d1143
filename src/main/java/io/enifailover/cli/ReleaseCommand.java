package io.enifailover.cli;

import io.enifailover.protocol.Order.ReleaseOrder;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
        name = "release",
        header = "End the hold: automatic moves count again.",
        footer = {"", "Example:", "  failover release"})
final class ReleaseCommand implements Callable<Integer> {
    private final Session session;

    ReleaseCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        var answer = session.act("Asking the controller", new ReleaseOrder(session.user()));
        Json.require(answer, "hold");
        session.print(answer, "There is no hold: the pair fails over by itself.");
        return 0;
    }
}
