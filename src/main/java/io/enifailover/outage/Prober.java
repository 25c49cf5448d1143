package io.enifailover.outage;

import io.enifailover.protocol.HealthCheck;
import io.enifailover.protocol.HealthCheck.Statuses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Probes a URL of any {@link HealthCheck.Scheme} at a fixed interval. Each probe opens its own connection and does not wait
 * for earlier ones. The thread that sends them never blocks, so connections that hang do not slow it down.
 */
public final class Prober implements ProbeSeries {
    private final Target target;
    private final Statuses success;
    private final Pace pace;
    private final long zero = System.nanoTime();
    private final SampleBuffer notes;
    private final Selector selector;
    private final ArrayDeque<Probe> underWay = new ArrayDeque<>();
    /** For probes over TLS, whose handshake blocks. There are no more threads than probes under way. */
    private final ExecutorService blocking = Executors.newCachedThreadPool(Prober::daemon);

    private final Queue<Runnable> ended = new ConcurrentLinkedQueue<>();
    private final Thread thread = new Thread(this::run, "prober");
    private volatile boolean stopping;

    private Prober(URI url, Statuses success, Pace pace, Consumer<Sample> listener) {
        notes = new SampleBuffer(Instant.now(), pace.every(), listener);
        target = Target.of(url);
        this.success = success;
        this.pace = pace;
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread.setDaemon(true);
    }

    /**
     * Starts to probe from this process; the host name is looked up once.
     *
     * @param success HTTP statuses that count as success
     */
    public static ProbeSeries start(URI url, Statuses success, Pace pace) {
        return start(url, success, pace, answer -> {});
    }

    /**
     * Starts to probe from this process; the host name is looked up once.
     *
     * @param success  HTTP statuses that count as success
     * @param listener receives each answer at once, on the thread that probes, so it must be quick
     */
    public static ProbeSeries start(URI url, Statuses success, Pace pace, Consumer<Sample> listener) {
        var prober = new Prober(url, success, pace, listener);
        prober.thread.start();
        return prober;
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
        stopping = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the last probes are under way", e);
        }
        return notes.recording();
    }

    private void run() {
        try (selector) {
            var every = pace.every().toNanos();
            long next = 0;
            long awake = 0;
            while (true) {
                var ending = stopping;
                var now = now();
                if (now - awake > every) {
                    allowFor(now - awake);
                }
                if (!ending && now >= next) {
                    send(now);
                    // Skips the probes that a busy machine missed: a burst of late ones would measure the machine.
                    next = (now / every + 1) * every;
                }
                for (var end = ended.poll(); end != null; end = ended.poll()) {
                    end.run();
                }
                giveUp();
                if (ending && underWay.isEmpty()) {
                    return;
                }
                var wait = Math.max(1, millisUntil(ending ? Long.MAX_VALUE : next));
                awake = now + TimeUnit.MILLISECONDS.toNanos(wait);
                selector.select(this::proceed, wait);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            blocking.shutdown();
            notes.end();
        }
    }

    private void send(long now) {
        var deadline = now + pace.patience().toNanos();
        try {
            if (target.secure()) {
                var probe = new SecureProbe(now, deadline);
                underWay.add(probe);
                blocking.execute(() -> {
                    var response = probe.ask(target);
                    ended.add(() -> end(probe, response));
                    selector.wakeup();
                });
            } else {
                var probe = new PlainProbe(now, deadline, target);
                underWay.add(probe);
                probe.send(selector);
            }
        } catch (IOException e) {
            end(underWay.getLast(), Response.failed(e));
        }
    }

    private void proceed(SelectionKey key) {
        var probe = (PlainProbe) key.attachment();
        try {
            var result = probe.proceed(key);
            if (result != null) {
                end(probe, result);
            }
        } catch (IOException e) {
            end(probe, Response.failed(e));
        }
    }

    /** Extends deadlines by the time in which this process did not run: answers may have arrived without being read. */
    private void allowFor(long lost) {
        underWay.forEach(probe -> probe.deadline += lost);
    }

    private void giveUp() {
        var oldest = underWay.peek();
        while (oldest != null && now() >= oldest.deadline) {
            end(oldest, new Response("timeout", null));
            oldest = underWay.peek();
        }
    }

    /** Records the result, unless the probe was given up before: one over TLS may end after that. */
    private void end(Probe probe, Response response) {
        if (underWay.remove(probe)) {
            notes.add(new Sample(probe.sent, now(), response.result(), success, response.servedBy()));
            probe.close();
        }
    }

    private long millisUntil(long next) {
        var oldest = underWay.peek();
        var until = oldest == null ? next : Math.min(next, oldest.deadline);
        // Rounded up: waking up early would cause a busy loop until then.
        return (until - now() + 999_999) / 1_000_000;
    }

    private long now() {
        return System.nanoTime() - zero;
    }

    private static Thread daemon(Runnable work) {
        var thread = new Thread(work, "probe");
        thread.setDaemon(true);
        return thread;
    }
}
