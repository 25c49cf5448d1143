package io.enifailover.cli;

import io.enifailover.protocol.MoveEntry;
import java.util.stream.Collectors;

/** Formats in one line how long a move and its steps took. */
final class Phases {
    private Phases() {}

    static String of(MoveEntry move) {
        var phases = move.milliseconds().entrySet().stream()
                .map(phase -> phase.getKey() + " " + Ages.precise(phase.getValue()))
                .collect(Collectors.joining(", "));
        var outage = move.outageMilliseconds() == null
                ? ""
                : "outage " + Ages.precise(move.outageMilliseconds()) + " as the witness saw it; ";
        return outage + "took " + Ages.precise(move.total()) + ": " + phases;
    }
}
