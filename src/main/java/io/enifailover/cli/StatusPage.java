package io.enifailover.cli;

import io.enifailover.cli.Ink.Mood;
import io.enifailover.protocol.PairStatus;
import io.enifailover.protocol.PairStatus.ServerStatus;
import io.enifailover.protocol.ReadinessCheck;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Formats the status as a page of text, with the most important first. */
final class StatusPage {
    private static final int MOVES = 5;
    private static final int LABEL = 9;

    private final Ink ink;
    private final int columns;
    private final List<String> lines = new ArrayList<>();

    private StatusPage(Ink ink, int columns) {
        this.ink = ink;
        this.columns = columns;
    }

    static List<String> of(DeployedPair pair, PairStatus status, Ink ink, int columns) {
        var page = new StatusPage(ink, columns);
        page.headline(Headline.of(status));
        page.service(pair, status);
        page.holder(status);
        page.servers(status);
        page.hold(status);
        page.lease(status);
        page.labelled("pair", "%s in %s · %s".formatted(pair.stack(), pair.region(), status.interfaceId()));
        page.moves(status);
        return page.lines;
    }

    private void headline(Headline headline) {
        var room = columns - headline.word().length() - 4;
        var sentence = Text.wrapped(headline.sentence(), room);
        lines.add(ink.banner(headline.mood(), headline.word()) + " " + ink.bold(sentence.get(0)));
        sentence.stream()
                .skip(1)
                .forEach(line -> lines.add(" ".repeat(headline.word().length() + 3) + ink.bold(line)));
        lines.add("");
    }

    /** Adds the service's name and health check, on separate lines if they are too long for one. */
    private void service(DeployedPair pair, PairStatus status) {
        var service = status.service();
        var url = service.url() == null ? pair.healthUrl() : service.url();
        var milliseconds = service.milliseconds() == null ? "" : " in " + Ages.precise(service.milliseconds());
        var serves = service.verdict().equals("serves");
        var fails = service.verdict().equals("fails");
        var seen = serves ? "answers" + milliseconds : fails ? "does not answer" : "unseen: there is no witness";
        var check =
                (url == null ? "" : url + " ") + ink.in(serves ? Mood.GOOD : fails ? Mood.BAD : Mood.DOUBTFUL, seen);
        var name = pair.serviceName();
        if (name == null) {
            labelled("service", check);
        } else if (LABEL + name.length() + 2 + (url == null ? 0 : url.length() + 1) + seen.length() <= columns) {
            labelled("service", name + ": " + check);
        } else {
            labelled("service", name);
            labelled("", check);
        }
    }

    private void holder(PairStatus status) {
        var holder = status.holder();
        if (holder == null) {
            labelled("active", ink.bad("none of the pair's servers"));
            return;
        }
        labelled("active", holder + since(status.time(), holder.since()));
        if (holder.why() != null) {
            note(holder.why(), ink::dim);
        }
    }

    private static String since(Instant now, @Nullable Instant since) {
        return since == null ? "" : " for " + Ages.of(Duration.between(since, now)) + ", since " + Ages.time(since);
    }

    private void servers(PairStatus status) {
        var label = "servers";
        for (var server : status.servers()) {
            labelled(
                    label,
                    "%-8s %-19s  %s  %s  %s"
                            .formatted(
                                    server.role(),
                                    server.id(),
                                    ink.in(server.power().equals("running") ? Mood.GOOD : Mood.BAD, server.power()),
                                    verdict(server),
                                    part(server)));
            concerns(server);
            label = "";
        }
        for (var server : status.missing()) {
            labelled(label, "%-8s %s".formatted(server.role(), ink.bad("does not exist")));
            Text.wrapped(server.remedy(), columns - LABEL - 2).forEach(line -> labelled("", "  " + line));
            label = "";
        }
    }

    /** Shows each failed check on its own line, and all unknown ones on one line. */
    private void concerns(ServerStatus server) {
        var room = columns - LABEL - 2;
        server.concerns().stream()
                .filter(ReadinessCheck::failed)
                .flatMap(check -> Checks.lines(check, ink, room).stream())
                .forEach(line -> labelled("", "  " + line));
        var unknown = server.concerns().stream()
                .filter(check -> !check.failed())
                .map(ReadinessCheck::name)
                .collect(Collectors.joining(", "));
        if (!unknown.isEmpty()) {
            Checks.lines(ReadinessCheck.unknown("not known", unknown), ink, room)
                    .forEach(line -> labelled("", "  " + line));
        }
    }

    private String verdict(ServerStatus server) {
        return switch (server.verdict()) {
            case "serves" -> ink.good("serves");
            case "fails" -> ink.bad("does not serve");
            default -> ink.doubtful("unseen");
        };
    }

    private String part(ServerStatus server) {
        if (server.holds()) {
            return ink.bold("active");
        }
        return server.ready() ? ink.good("ready") : ink.bad("not ready");
    }

    private void hold(PairStatus status) {
        var hold = status.hold();
        labelled(
                "hold",
                hold == null
                        ? (status.recordError() == null ? "none" : ink.bad("unknown"))
                        : ink.doubtful("until %s, for %s more"
                                .formatted(
                                        Ages.time(hold.until()),
                                        Ages.of(Duration.between(status.time(), hold.until())))));
        if (status.recordError() != null) {
            note(
                    "the record cannot be read, so holds, taints and moves are unknown: " + status.recordError(),
                    ink::bad);
        }
        if (hold != null) {
            note(hold.reason() + " (" + hold.by() + ")", ink::dim);
        }
    }

    private void lease(PairStatus status) {
        var lease = status.lease();
        if (lease != null) {
            var to = status.server(lease.intent()).map(ServerStatus::toString).orElse(lease.intent());
            labelled("lease", ink.doubtful("to move it to %s, until %s".formatted(to, Ages.time(lease.deadline()))));
            labelled("", ink.dim(lease.owner()));
        }
    }

    private void moves(PairStatus status) {
        lines.add("");
        if (status.history().isEmpty()) {
            lines.add(ink.dim("no moves yet"));
            return;
        }
        // Units that have failed are shown beside their server.
        lines.addAll(MoveTable.of(status.history().stream().limit(MOVES).toList(), null, status::roleOr, ink, columns));
    }

    /** Adds lines without a label. */
    private void note(String text, UnaryOperator<String> colour) {
        Text.wrapped(text, columns - LABEL).forEach(line -> labelled("", colour.apply(line)));
    }

    private void labelled(String label, String text) {
        lines.add(ink.dim(String.format(Locale.ROOT, "%-" + LABEL + "s", label)) + text);
    }
}
