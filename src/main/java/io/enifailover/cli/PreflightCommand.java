package io.enifailover.cli;

import io.enifailover.cli.Ink.Mood;
import io.enifailover.protocol.Answer.PreflightAnswer;
import io.enifailover.protocol.Order.PreflightOrder;
import io.enifailover.protocol.ReadinessCheck;
import java.util.Comparator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
        name = "preflight",
        header = "Check everything that a failover needs, and change nothing.",
        footer = {"", "Example:", "  failover preflight && failover switch --yes"})
final class PreflightCommand implements Callable<Integer> {
    private final Session session;

    PreflightCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        var answer = session.ask("Checking", new PreflightOrder());
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
        var failed = preflight.checks().stream().filter(ReadinessCheck::failed).count();
        var unknown = preflight.checks().stream()
                .filter(check -> !check.passed() && !check.failed())
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
                .sorted(Comparator.comparing(ReadinessCheck::passed).thenComparing(check -> !check.failed()))
                .forEach(check -> session.print(Checks.lines(check, ink, columns)));
    }
}
