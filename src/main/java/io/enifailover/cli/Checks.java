package io.enifailover.cli;

import io.enifailover.protocol.ReadinessCheck;
import java.util.ArrayList;
import java.util.List;

/** Formats a readiness check as lines of text. */
final class Checks {
    private Checks() {}

    static List<String> lines(ReadinessCheck check, Ink ink, int columns) {
        var detail = check.detail() == null || check.detail().isBlank() ? "" : ": " + check.detail();
        var wrapped = Text.wrapped(check.name() + detail, columns - 2);
        var lines = new ArrayList<String>();
        lines.add(mark(check, ink) + " " + wrapped.get(0));
        wrapped.stream().skip(1).forEach(line -> lines.add("  " + line));
        return lines;
    }

    private static String mark(ReadinessCheck check, Ink ink) {
        if (check.passed()) {
            return ink.good("✓");
        }
        return check.failed() ? ink.bad("✗") : ink.doubtful("?");
    }
}
