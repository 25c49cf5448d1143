package io.enifailover.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.enifailover.cli.StatusAnswer.CheckResult;
import io.enifailover.cli.StatusAnswer.ServerStatus;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "switch",
        header = "Move the interface to the other server, or to the one that is named.",
        description = "An order counts under a hold and within the cool-down too.",
        footer = {
            "",
            "Examples:",
            "  failover switch                          to the other server; asks first",
            "  failover switch --to primary --dry-run   would it?",
            "  failover switch --to primary --yes       in a script"
        })
final class SwitchCommand implements Callable<Integer> {
    private final Session session;

    /** What {@code --to} can be. */
    enum TargetRole {
        primary,
        standby
    }

    @Option(names = "--to", paramLabel = "ROLE", description = "primary or standby; by default the other one.")
    private @Nullable TargetRole to;

    @Option(names = "--dry-run", description = "Only say what would happen.")
    private boolean dryRun;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    SwitchCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        var status = session.status();
        var target = target(status);
        if (target.holds() && !status.moving()) {
            answer(
                    said(false, "the " + target + " holds the interface already"),
                    "The " + target + " holds the interface already.");
            return 0;
        }
        if (dryRun) {
            return rehearse(target);
        }
        session.confirm(question(status, target), yes);
        return move(target);
    }

    private ServerStatus target(StatusAnswer status) {
        if (to != null) {
            return status.ofRole(to.name())
                    .orElseThrow(() ->
                            CommandFailed.failed("the " + to + " does not exist: failover status says what to do"));
        }
        return status.candidate()
                .orElseThrow(() -> CommandFailed.failed(status.noCandidate() + ": failover status says what to do"));
    }

    private int rehearse(ServerStatus target) {
        var answer = session.act("Asking the controller", "switchover", "to", target.role(), "dryRun", true);
        Json.require(answer, "would");
        answer(answer, Text.sentence(answer.path("words").asText()));
        return answer.path("would").asBoolean() ? 0 : CommandFailed.REFUSED;
    }

    private int move(ServerStatus target) {
        var answer = session.act("Moving it to the " + target.role(), "switchover", "to", target.role());
        Json.require(answer, "moved");
        if (!answer.path("moved").asBoolean()) {
            if (session.json()) {
                session.print(answer);
            }
            throw CommandFailed.refused(answer.path("words").asText());
        }
        answer(answer, Text.sentence(answer.path("words").asText()));
        if (!session.json()) {
            session.status().history().stream()
                    .findFirst()
                    .filter(move -> target.id().equals(move.to()))
                    .ifPresent(move -> session.print(
                            Text.wrapped(Phases.of(move), session.terminal().columns())));
        }
        return 0;
    }

    private String question(StatusAnswer status, ServerStatus target) {
        var holder = status.holder();
        var from = holder == null ? "" : " from the " + holder;
        var doubts = target.concerns().stream()
                .filter(CheckResult::fails)
                .map(CheckResult::name)
                .collect(Collectors.joining(", "));
        return (target.ready() ? "" : "The %s is not ready (%s). ".formatted(target.role(), doubts))
                + "Move the interface%s to the %s? Clients wait for some seconds.".formatted(from, target);
    }

    private void answer(ObjectNode json, String words) {
        if (session.json()) {
            session.print(json);
        } else {
            session.print(words);
        }
    }

    private static ObjectNode said(boolean moved, String words) {
        return Json.MAPPER.createObjectNode().put("moved", moved).put("words", words);
    }
}
