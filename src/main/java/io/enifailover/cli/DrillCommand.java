package io.enifailover.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.enifailover.cli.DrillRunner.Result;
import io.enifailover.cli.Ink.Mood;
import io.enifailover.outage.OutageReport;
import io.enifailover.protocol.HealthCheck;
import io.enifailover.protocol.HealthCheck.Scheme;
import io.enifailover.protocol.HealthCheck.Statuses;
import io.enifailover.protocol.PairStack;
import io.enifailover.protocol.PairStatus;
import io.enifailover.protocol.PairStatus.ServerStatus;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "drill",
        header = "Rehearse a failover: let the holder fail, measure the outage from here, and heal it.",
        description = {
            "Clients wait for some seconds. It refuses under a hold and while the other server is not ready."
                    + " What it has done to the service ends by itself after 5 minutes, even if this command is killed;"
                    + " a stopped instance then has to be started by hand.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  failover drill                                    a planned switchover",
            "  failover drill stop-service --report drill.html   as if the service had died",
            "  failover drill stop-instance --yes --json         in a script"
        })
final class DrillCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FAILURE",
            defaultValue = "switchover",
            description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE}.")
    private Failure failure = Failure.SWITCHOVER;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Write a page with what was measured, the same as JSON, and its timeline as SVG.")
    private @Nullable Path report;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description =
                    "Where to probe, with the statuses 200 to 399 as success; by default the service's health check.")
    private @Nullable URI url;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    DrillCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (report != null) {
            requireWritable(report);
        }
        var status = session.status();
        var holder = holder(status);
        var candidate = candidate(status);
        if (failure != Failure.SWITCHOVER && status.damped() != null) {
            throw CommandFailed.refused("a failover would be held back: " + status.damped());
        }
        var target = url == null ? healthUrl() : url;
        var success = url == null ? success() : Statuses.DEFAULT;
        var check = session.pair().healthUrl();
        if (failure == Failure.FREEZE && check != null && check.startsWith(Scheme.TCP + ":")) {
            throw CommandFailed.refused(
                    "no check by tcp notices a frozen service, since the kernel takes its connections:"
                            + " drill stop-service instead");
        }
        session.confirm(
                "Drill %s on the %s: %s, and the %s takes over. Clients wait for some seconds. Go on?"
                        .formatted(failure, holder, failure.description(), candidate),
                yes);
        var result = new DrillRunner(session, failure, target, success, this::tell).run(holder, candidate);
        if (session.json()) {
            session.print(json(result));
        } else {
            print(result);
        }
        if (report != null) {
            write(report, DrillReport.of(session.pair(), failure, target, result));
        }
        return result.passed() ? 0 : CommandFailed.FAILED;
    }

    /** Called before the drill begins: a report that cannot be written would be lost. */
    private static void requireWritable(Path report) {
        try {
            var existed = Files.exists(report);
            Files.createDirectories(report.toAbsolutePath().getParent());
            Files.newOutputStream(report, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                    .close();
            if (!existed) {
                Files.delete(report);
            }
        } catch (IOException e) {
            throw CommandFailed.refused("no report can be written to %s (%s): give another --report"
                    .formatted(report, e.getClass().getSimpleName()));
        }
    }

    private void write(Path report, OutageReport content) {
        try {
            content.write(report);
        } catch (IOException e) {
            throw CommandFailed.failed("the report could not be written to %s: %s".formatted(report, e));
        }
        tell("report: " + report);
    }

    private ServerStatus holder(PairStatus status) {
        if (status.hold() != null) {
            throw CommandFailed.refused("on hold until %s UTC: %s; end it with failover release"
                    .formatted(Ages.time(status.hold().until()), status.hold().reason()));
        }
        if (status.moving()) {
            throw CommandFailed.refused("a move is under way: failover status --watch shows when it is over");
        }
        return status.servers().stream()
                .filter(ServerStatus::holds)
                .findFirst()
                .filter(server -> !status.service().verdict().equals("fails"))
                .orElseThrow(() -> CommandFailed.refused("the pair does not serve, which is no time for a drill: "
                        + Headline.of(status).sentence()));
    }

    private static ServerStatus candidate(PairStatus status) {
        var candidate = status.candidate()
                .orElseThrow(() -> CommandFailed.refused(status.noCandidate() + ": failover status says what to do"));
        if (!candidate.ready()) {
            throw CommandFailed.refused("the %s is not ready: %s".formatted(candidate, candidate.failures()));
        }
        return candidate;
    }

    private URI healthUrl() {
        var url = session.pair().healthUrl();
        if (url == null) {
            throw CommandFailed.failed("stack %s has no output %s: pass --url"
                    .formatted(session.pair().stack(), PairStack.HEALTH_URL));
        }
        return URI.create(url);
    }

    /** Returns the statuses that the service's health check accepts, so that drill and pair judge answers alike. */
    private Statuses success() {
        var check = session.pair().healthCheck();
        if (check == null) {
            return Statuses.DEFAULT;
        }
        try {
            return HealthCheck.named("output " + PairStack.HEALTH_CHECK, check).statuses();
        } catch (IllegalArgumentException e) {
            throw CommandFailed.failed(
                    "stack %s: %s; pass --url".formatted(session.pair().stack(), e.getMessage()));
        }
    }

    private void tell(String message) {
        if (!session.json()) {
            session.print(message);
        }
    }

    private void print(Result result) {
        var ink = session.ink();
        session.print("");
        var outage = result.outage();
        if (outage == null) {
            session.print(ink.banner(Mood.BAD, "FAILED") + " "
                    + ink.bold("The " + result.to().role() + " did not take over: failover logs shows why."));
        } else {
            session.print(ink.banner(result.restored() ? Mood.GOOD : Mood.DOUBTFUL, "OUTAGE") + " "
                    + ink.bold(Ages.precise(outage.length().toMillis())) + " from here, ± "
                    + Ages.precise(outage.resolution().toMillis()) + "; " + outage.failed() + " requests failed");
            if (!result.recording().named()) {
                session.printWrapped(
                        "The answers do not name their server: the outage is the longest interruption, and the attachment"
                                + " of the interface tells who took over.");
            }
        }
        if (result.move() != null) {
            session.printWrapped(MoveTable.phases(result.move()));
        }
        if (!result.restored()) {
            session.print(ink.bad("The pair has no second server: failover status shows why."));
        }
    }

    private ObjectNode json(Result result) {
        var json = Json.MAPPER
                .createObjectNode()
                .put("drill", failure.toString())
                .put("from", result.from().id())
                .put("to", result.to().id())
                .put("passed", result.passed())
                .put("restored", result.restored())
                .put("answersNameServer", result.recording().named());
        var outage = result.outage();
        if (outage == null) {
            json.putNull("outageMilliseconds");
        } else {
            json.put("outageMilliseconds", outage.length().toMillis())
                    .put("resolutionMilliseconds", outage.resolution().toMillis())
                    .put("failedRequests", outage.failed());
        }
        var move = result.move();
        json.set("phases", Json.MAPPER.valueToTree(move == null ? null : move.milliseconds()));
        return json;
    }
}
