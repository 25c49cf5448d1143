package io.enifailover.cli;

import java.io.PrintStream;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Where a command reads and writes.
 *
 * @param out         for results
 * @param err         for progress, questions and errors
 * @param interactive whether it is a terminal, and not a pipe
 * @param coloured    whether to use colours unless told otherwise
 * @param size        current size of its window
 * @param question    prints a question, and returns the answer
 */
record Terminal(
        PrintStream out,
        PrintStream err,
        boolean interactive,
        boolean coloured,
        Supplier<Size> size,
        UnaryOperator<String> question) {

    /** The size of a window, in characters. */
    record Size(int rows, int columns) {}

    int columns() {
        return size.get().columns();
    }

    Ink ink(Ink.When when) {
        return switch (when) {
            case always -> Ink.COLOURED;
            case never -> Ink.PLAIN;
            case auto -> coloured ? Ink.COLOURED : Ink.PLAIN;
        };
    }
}
