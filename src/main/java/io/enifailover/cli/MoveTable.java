package io.enifailover.cli;

import io.enifailover.protocol.MoveEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Formats moves as a table, with the reason and the requester below each move. */
final class MoveTable {
    private static final String ROW = "%-19s  %-10s  %-19s  %7s  %7s";
    private static final int INDENT = 21;

    private MoveTable() {}

    /**
     * @param moves       newest first
     * @param failedUnits units that have failed on the server of the newest move, or null
     * @param names       maps the id of a server to the name to show
     */
    static List<String> of(
            List<MoveEntry> moves, @Nullable String failedUnits, UnaryOperator<String> names, Ink ink, int columns) {
        var lines = new ArrayList<String>();
        lines.add(ink.dim(row("UTC", "move", "to", "outage", "took")));
        for (var move : moves) {
            lines.add(row(
                    Ages.time(move.at()),
                    move.kind(),
                    name(move.to(), names),
                    move.outageMilliseconds() == null ? "-" : Ages.precise(move.outageMilliseconds()),
                    Ages.precise(move.total())));
            var remarks = remarks(move, ink);
            if (!remarks.isEmpty()) {
                lines.add(" ".repeat(INDENT) + remarks);
            }
            if (failedUnits != null && move.equals(moves.get(0))) {
                Text.wrapped("failed units: " + failedUnits, columns - INDENT)
                        .forEach(line -> lines.add(" ".repeat(INDENT) + ink.bad(line)));
            }
            Text.wrapped(move.reason() + " (" + move.by() + ")", columns - INDENT)
                    .forEach(line -> lines.add(" ".repeat(INDENT) + ink.dim(line)));
        }
        return lines;
    }

    /** Formats in one line how long a move and its steps took. */
    static String phases(MoveEntry move) {
        var phases = move.milliseconds().entrySet().stream()
                .map(phase -> phase.getKey() + " " + Ages.precise(phase.getValue()))
                .collect(Collectors.joining(", "));
        var outage = move.outageMilliseconds() == null
                ? ""
                : "outage " + Ages.precise(move.outageMilliseconds()) + " as the witness saw it; ";
        return outage + "took " + Ages.precise(move.total()) + ": " + phases;
    }

    private static String row(Object... cells) {
        return ROW.formatted(cells);
    }

    private static String name(@Nullable String id, UnaryOperator<String> names) {
        return id == null ? "-" : names.apply(id);
    }

    private static String remarks(MoveEntry move, Ink ink) {
        var parts = new ArrayList<String>();
        if (!move.outcome().equals("serves")) {
            parts.add(ink.bad(move.outcome()));
        }
        if (move.forced()) {
            parts.add(ink.doubtful("by force"));
        }
        if (move.withoutLease()) {
            parts.add(ink.doubtful("without lease"));
        }
        return String.join(", ", parts);
    }
}
