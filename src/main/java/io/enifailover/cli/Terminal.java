package io.enifailover.cli;

import java.io.PrintStream;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Where a command reads and writes.
 *
 * @param out         for what was asked for
 * @param err         for progress, questions and errors
 * @param interactive whether a person sits there
 * @param coloured    whether colours are welcome
 * @param size        of its window now
 * @param question    asks a person, and returns the answer
 */
record Terminal(
        PrintStream out,
        PrintStream err,
        boolean interactive,
        boolean coloured,
        Supplier<Size> size,
        UnaryOperator<String> question) {

    /** Of a window, in characters. */
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
