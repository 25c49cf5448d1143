package io.enifailover.cli;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Shows on a terminal what is under way, and for how long; prints nothing on a pipe. */
final class Progress {
    private static final String[] FRAMES = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
    private static final Duration FRAME = Duration.ofMillis(120);
    /** Work that is faster than this shows nothing, to avoid flicker. */
    private static final Duration PATIENCE = Duration.ofMillis(360);

    private final Terminal terminal;

    Progress(Terminal terminal) {
        this.terminal = terminal;
    }

    <T> T during(String what, Supplier<T> work) {
        if (!terminal.interactive()) {
            return work.get();
        }
        var spinner = Executors.newSingleThreadScheduledExecutor(task -> {
            var thread = new Thread(task, "progress");
            thread.setDaemon(true);
            return thread;
        });
        try {
            spin(spinner, what);
            return work.get();
        } finally {
            stop(spinner);
            terminal.err().print("\r\u001b[K");
            terminal.err().flush();
        }
    }

    private void spin(ScheduledExecutorService spinner, String what) {
        var began = System.nanoTime();
        var unused = spinner.scheduleAtFixedRate(
                () -> {
                    var elapsed = Duration.ofNanos(System.nanoTime() - began);
                    var frame = FRAMES[(int) (elapsed.toMillis() / FRAME.toMillis() % FRAMES.length)];
                    terminal.err().print("\r" + frame + " " + what + " · " + elapsed.toSeconds() + " s\u001b[K");
                    terminal.err().flush();
                },
                PATIENCE.toMillis(),
                FRAME.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private static void stop(ScheduledExecutorService spinner) {
        spinner.shutdownNow();
        try {
            spinner.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
