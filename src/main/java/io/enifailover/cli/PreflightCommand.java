package io.enifailover.cli;

import io.enifailover.cli.Ink.Mood;
import io.enifailover.cli.StatusAnswer.CheckResult;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
        name = "preflight",
        header = "Would a failover work? Check each thing that it needs, and touch nothing.",
        footer = {"", "Example:", "  failover preflight && failover switch --yes"})
final class PreflightCommand implements Callable<Integer> {
    private final Session session;

    /** The controller's answer. */
    record PreflightAnswer(boolean ready, List<CheckResult> checks) {
        PreflightAnswer {
            checks = List.copyOf(Objects.requireNonNull(checks, "checks"));
        }
    }

    PreflightCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        var answer = session.look("Checking", "preflight");
        var preflight = Json.as(PreflightAnswer.class, answer);
        if (session.json()) {
            session.print(answer);
        } else {
            print(preflight);
        }
        return preflight.ready() ? 0 : CommandFailed.REFUSED;
    }

    private void print(PreflightAnswer preflight) {
        var ink = session.ink();
        var columns = session.terminal().columns();
        var failed = preflight.checks().stream().filter(CheckResult::fails).count();
        var unknown = preflight.checks().stream()
                .filter(check -> !check.passes() && !check.fails())
                .count();
        var notKnown = unknown == 0 ? "" : ", " + unknown + " not known";
        session.print(
                preflight.ready()
                        ? ink.banner(Mood.GOOD, "READY") + " " + ink.bold("A failover would work" + notKnown + ".")
                        : ink.banner(Mood.BAD, "NOT READY") + " "
                                + ink.bold("%d of %d checks failed%s."
                                        .formatted(failed, preflight.checks().size(), notKnown)));
        session.print("");
        preflight.checks().stream()
                .sorted(Comparator.comparing(CheckResult::passes).thenComparing(check -> !check.fails()))
                .forEach(check -> session.print(Checks.lines(check, ink, columns)));
    }
}
