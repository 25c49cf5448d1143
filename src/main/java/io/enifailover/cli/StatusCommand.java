package io.enifailover.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.enifailover.protocol.Order.StatusOrder;
import io.enifailover.protocol.PairStatus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "status",
        header = "Show who holds the interface, who could take over, and what happened.",
        footer = {
            "",
            "Examples:",
            "  failover status                 once",
            "  failover status --watch         until Ctrl-C; on a pipe, a line for each change",
            "  failover status --json | jq .holder.role"
        })
final class StatusCommand implements Callable<Integer> {
    private final Session session;

    @Option(names = "--watch", description = "Repeat every 2 seconds until Ctrl-C.")
    private boolean watch;

    StatusCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (watch) {
            new LiveStatus(session).run();
            return 0;
        }
        var answer = session.ask("Asking the controller", new StatusOrder());
        var status = Json.as(PairStatus.class, answer);
        if (session.json()) {
            session.print(withStack(session, answer));
        } else {
            session.print(StatusPage.of(
                    session.pair(), status, session.ink(), session.terminal().columns()));
        }
        return 0;
    }

    /** Adds stack and Region, because the controller does not know the name of its stack. */
    static ObjectNode withStack(Session session, ObjectNode answer) {
        var all = Json.MAPPER
                .createObjectNode()
                .put("stack", session.pair().stack())
                .put("region", session.pair().region());
        all.setAll(answer);
        return all;
    }
}
