package io.enifailover.cli;

import io.enifailover.cli.Cloud.Line;
import io.enifailover.protocol.SafeText;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "logs",
        header = "Show what the controller has written to its log.",
        footer = {"", "Examples:", "  failover logs --since 2h", "  failover logs --follow"})
final class LogsCommand implements Callable<Integer> {
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    /** CloudWatch Logs shows a line some seconds after it was written, and not always in order. */
    private static final Duration LATENESS = Duration.ofSeconds(30);

    private final Session session;
    private final Set<String> seen = new HashSet<>();

    @Option(
            names = "--since",
            paramLabel = "DURATION",
            defaultValue = "1h",
            description = "How far back: 30m, 2h, 1d; ${DEFAULT-VALUE}.")
    private Duration since = Duration.ofHours(1);

    @Option(names = "--follow", description = "Keep printing new lines until Ctrl-C.")
    private boolean follow;

    LogsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        var group = session.pair().logGroup();
        if (group == null) {
            throw CommandFailed.failed(
                    "stack %s has no output LogGroupName: deploy it again, or read the log group /aws/lambda/%s"
                            .formatted(session.pair().stack(), session.pair().function()));
        }
        var from = session.waits().clock().instant().minus(since);
        print(new Progress(session.terminal())
                .during("Reading the log", () -> session.cloud().log(group, from)));
        while (follow && session.waits().pause().test(INTERVAL)) {
            print(session.cloud().log(group, recent(from)));
        }
        return 0;
    }

    private Instant recent(Instant from) {
        var recent = session.waits().clock().instant().minus(LATENESS);
        return recent.isAfter(from) ? recent : from;
    }

    private void print(List<Line> lines) {
        for (var line : lines) {
            if (!seen.add(line.id())) {
                continue;
            }
            if (session.json()) {
                session.print(json(line));
            } else {
                LogLine.readable(line.at(), line.text(), session.ink()).ifPresent(session::print);
            }
        }
        session.terminal().out().flush();
    }

    /** Returns one JSON document: the line itself, or one that contains a plain line. */
    private static String json(Line line) {
        return Json.object(line.text())
                .orElseGet(() -> Json.MAPPER
                        .createObjectNode()
                        .put("timestamp", line.at().toString())
                        .put("message", SafeText.line(line.text().strip())))
                .toString();
    }
}
