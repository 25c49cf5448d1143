package io.enifailover.outage;

import io.enifailover.Classpath;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Probes from a process of its own, which ends with its standard input and so never outlives this process. */
public final class RemoteProber implements ProbeSeries {
    private final Process process;
    private final SampleBuffer notes;
    private final Thread reader;

    /**
     * Starts the process.
     *
     * @param within the command that puts it where clients are, such as {@code ip netns exec client}; may be empty
     */
    public RemoteProber(List<String> within, URI url, Pace pace, Consumer<Sample> listener) {
        this(String.join(" ", within), command(within, url, pace), pace.every(), listener);
    }

    /** Starts another command, which prints what it finds as {@link SampleLines}. */
    public RemoteProber(List<String> command, Duration every, Consumer<Sample> listener) {
        this(String.join(" ", command), command, every, listener);
    }

    /**
     * @param name of the command, for the error
     */
    private RemoteProber(String name, List<String> command, Duration every, Consumer<Sample> listener) {
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            var lines = process.inputReader();
            var first = lines.readLine();
            if (first == null) {
                throw new IllegalStateException("the prober did not start: " + name);
            }
            notes = new SampleBuffer(SampleLines.began(first), every, listener);
            reader = new Thread(() -> read(lines), "answers");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        reader.setDaemon(true);
        reader.start();
    }

    @Override
    public Recording soFar() {
        return notes.recording();
    }

    @Override
    public boolean await(Predicate<Sample> wanted, Duration patience) {
        return notes.await(wanted, patience);
    }

    @Override
    public Recording stop() {
        try {
            process.getOutputStream().close();
            reader.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the last probes are under way", e);
        }
        return notes.recording();
    }

    private void read(BufferedReader lines) {
        try {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                notes.add(SampleLines.answer(line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            notes.end();
        }
    }

    private static List<String> command(List<String> within, URI url, Pace pace) {
        var command = new ArrayList<>(within);
        // A small process that starts at once, since it shares two cores with what it measures.
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx32m",
                "-cp",
                Classpath.of(Prober.class, ProberProcess.class),
                ProberProcess.class.getName(),
                url.toString(),
                String.valueOf(pace.every().toMillis()),
                String.valueOf(pace.patience().toMillis())));
        return command;
    }
}
