package io.enifailover.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.enifailover.protocol.Answer.DryRunAnswer;
import io.enifailover.protocol.Answer.MoveAnswer;
import io.enifailover.protocol.Order.SwitchoverOrder;
import io.enifailover.protocol.PairStatus;
import io.enifailover.protocol.PairStatus.ServerStatus;
import io.enifailover.protocol.ReadinessCheck;
import io.enifailover.protocol.Role;
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

    @Option(names = "--to", paramLabel = "ROLE", description = "primary or standby; by default the other one.")
    private @Nullable Role to;

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
            var message = "the " + target + " holds the interface already";
            session.print(Json.MAPPER.valueToTree(new MoveAnswer(false, message, null)), Text.sentence(message));
            return 0;
        }
        if (dryRun) {
            return dryRun(target);
        }
        session.confirm(question(status, target), yes);
        return move(target);
    }

    private ServerStatus target(PairStatus status) {
        if (to != null) {
            return status.ofRole(to)
                    .orElseThrow(() ->
                            CommandFailed.failed("the " + to + " does not exist: failover status says what to do"));
        }
        return status.candidate()
                .orElseThrow(() -> CommandFailed.failed(status.noCandidate() + ": failover status says what to do"));
    }

    private int dryRun(ServerStatus target) {
        var answer = order("Asking the controller", target, true);
        Json.require(answer, "wouldMove");
        var dryRun = Json.as(DryRunAnswer.class, answer);
        session.print(answer, Text.sentence(dryRun.message()));
        return dryRun.wouldMove() ? 0 : CommandFailed.REFUSED;
    }

    private int move(ServerStatus target) {
        var answer = order("Moving it to the " + target.role(), target, false);
        Json.require(answer, "moved");
        var move = Json.as(MoveAnswer.class, answer);
        if (!move.moved()) {
            if (session.json()) {
                session.print(answer);
            }
            throw CommandFailed.refused(move.message());
        }
        session.print(answer, Text.sentence(move.message()));
        if (!session.json()) {
            session.status().history().stream()
                    .findFirst()
                    .filter(entry -> target.id().equals(entry.to()))
                    .ifPresent(entry -> session.printWrapped(MoveTable.phases(entry)));
        }
        return 0;
    }

    private ObjectNode order(String what, ServerStatus target, boolean dryRun) {
        return session.act(what, new SwitchoverOrder(target.role(), session.user(), dryRun));
    }

    private String question(PairStatus status, ServerStatus target) {
        var holder = status.holder();
        var from = holder == null ? "" : " from the " + holder;
        var doubts = target.concerns().stream()
                .filter(ReadinessCheck::failed)
                .map(ReadinessCheck::name)
                .collect(Collectors.joining(", "));
        return (target.ready() ? "" : "The %s is not ready (%s). ".formatted(target.role(), doubts))
                + "Move the interface%s to the %s? Clients wait for some seconds.".formatted(from, target);
    }
}
