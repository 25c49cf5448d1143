package io.enifailover.cli;

import io.enifailover.protocol.Answer.HistoryAnswer;
import io.enifailover.protocol.Order.HistoryOrder;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "history",
        header = "Show the moves of the last 90 days: when, where to, how long, why.",
        footer = {
            "",
            "Examples:",
            "  failover history --last 5",
            "  failover history --json | jq '.history[] | [.at, .outageMilliseconds]'"
        })
final class HistoryCommand implements Callable<Integer> {
    private final Session session;

    @Option(names = "--last", paramLabel = "COUNT", defaultValue = "20", description = "How many; ${DEFAULT-VALUE}.")
    private int last;

    HistoryCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        var answer = session.ask("Reading the history", new HistoryOrder(last));
        var history = Json.as(HistoryAnswer.class, answer);
        if (session.json()) {
            session.print(answer);
            return 0;
        }
        if (history.history().isEmpty()) {
            session.print("No moves yet.");
            return 0;
        }
        session.print(MoveTable.of(
                history.history(),
                history.failedUnits(),
                session.status()::roleOr,
                session.ink(),
                session.terminal().columns()));
        return 0;
    }
}
