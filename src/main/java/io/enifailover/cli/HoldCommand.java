package io.enifailover.cli;

import io.enifailover.protocol.Answer.HoldAnswer;
import io.enifailover.protocol.Order.HoldOrder;
import io.enifailover.protocol.SafeText;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "hold",
        header = "Pause automatic moves, for maintenance; it ends by itself.",
        description = "Under a hold nothing moves but what is ordered with failover switch.",
        footer = {"", "Example:", "  failover hold --for 2h --reason \"kernel update\""})
final class HoldCommand implements Callable<Integer> {
    private final Session session;

    @Option(
            names = "--for",
            required = true,
            paramLabel = "DURATION",
            description = "30m, 2h, 1h30m, 1d, or ISO 8601; a minute to 30 days.")
    @SuppressWarnings("NullAway.Init")
    private Duration duration;

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why, for the next operator.")
    @SuppressWarnings("NullAway.Init")
    private String reason;

    HoldCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        var answer = session.act("Asking the controller", new HoldOrder(duration, reason, session.user()));
        var hold = Json.as(HoldAnswer.class, answer).hold();
        if (hold == null) {
            throw CommandFailed.failed("the function's answer has no hold: " + Text.excerpt(answer.toString()));
        }
        session.print(
                answer,
                "On hold until %s UTC, for %s: %s. End it earlier with failover release."
                        .formatted(Ages.time(hold.until()), Ages.of(duration), SafeText.line(reason)));
        return 0;
    }
}
