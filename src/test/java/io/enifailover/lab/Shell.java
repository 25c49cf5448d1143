package io.enifailover.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** Commands of this host. */
final class Shell {
    private Shell() {}

    /**
     * Runs a command to its end, and returns what it prints.
     *
     * @throws IllegalStateException with that, if it fails
     */
    static String run(List<String> command) {
        return run("", command);
    }

    static String run(String... command) {
        return run("", List.of(command));
    }

    /** Runs a command that reads {@code input}. */
    static String run(String input, List<String> command) {
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            try (var standardInput = process.getOutputStream()) {
                standardInput.write(input.getBytes(StandardCharsets.UTF_8));
            }
            var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + printed.strip());
            }
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static List<String> command(List<String> first, String... rest) {
        return Stream.concat(first.stream(), Stream.of(rest)).toList();
    }
}
