package io.enifailover.outage;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Probes a plain HTTP URL at a fixed interval. Each probe opens its own connection and does not wait for earlier ones.
 * It uses one thread and never blocks, so connections that hang do not slow it down.
 */
public final class Prober implements ProbeSeries {
    private final InetSocketAddress address;
    private final byte[] request;
    private final Pace pace;
    private final long zero = System.nanoTime();
    private final SampleBuffer notes;
    private final Selector selector;
    private final ArrayDeque<Probe> underWay = new ArrayDeque<>();
    private final Thread thread = new Thread(this::run, "prober");
    private volatile boolean stopping;

    private Prober(URI url, Pace pace, Consumer<Sample> listener) {
        notes = new SampleBuffer(Instant.now(), pace.every(), listener);
        address = address(url);
        var path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        var query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        request = "GET %s%s HTTP/1.1\r\nHost: %s\r\nUser-Agent: eni-failover\r\nConnection: close\r\n\r\n"
                .formatted(path, query, url.getRawAuthority())
                .getBytes(US_ASCII);
        this.pace = pace;
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread.setDaemon(true);
    }

    /** Starts to probe from this process; the host name is looked up once. */
    public static ProbeSeries start(URI url, Pace pace) {
        return start(url, pace, answer -> {});
    }

    /**
     * Starts to probe from this process; the host name is looked up once.
     *
     * @param listener is told each answer as soon as it is known, by the thread that probes: it must be quick
     */
    public static ProbeSeries start(URI url, Pace pace, Consumer<Sample> listener) {
        var prober = new Prober(url, pace, listener);
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
                    // Probes that a busy machine missed are not made up for: a burst would measure the machine.
                    next = (now / every + 1) * every;
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
            notes.end();
        }
    }

    private void send(long now) {
        var probe = new Probe(now, now + pace.patience().toNanos(), ByteBuffer.wrap(request));
        underWay.add(probe);
        try {
            probe.send(address, selector);
        } catch (IOException e) {
            end(probe, new Probe.Response(Probe.kind(e), null));
        }
    }

    private void proceed(SelectionKey key) {
        var probe = (Probe) key.attachment();
        try {
            var result = probe.proceed(key);
            if (result != null) {
                end(probe, result);
            }
        } catch (IOException e) {
            end(probe, new Probe.Response(Probe.kind(e), null));
        }
    }

    /** Gives the probes under way the time in which this process did not run: their answers may be here, but unread. */
    private void allowFor(long lost) {
        underWay.forEach(probe -> probe.deadline += lost);
    }

    private void giveUp() {
        var oldest = underWay.peek();
        while (oldest != null && now() >= oldest.deadline) {
            end(oldest, new Probe.Response("timeout", null));
            oldest = underWay.peek();
        }
    }

    private void end(Probe probe, Probe.Response result) {
        notes.add(new Sample(probe.sent, now(), result.result(), result.servedBy()));
        underWay.remove(probe);
        probe.close();
    }

    private long millisUntil(long next) {
        var oldest = underWay.peek();
        var until = oldest == null ? next : Math.min(next, oldest.deadline);
        // Rounded up: waking up early would mean a busy loop until it is time.
        return (until - now() + 999_999) / 1_000_000;
    }

    private long now() {
        return System.nanoTime() - zero;
    }

    private static InetSocketAddress address(URI url) {
        if (!"http".equals(url.getScheme()) || url.getHost() == null) {
            throw new IllegalArgumentException("url must be a plain http URL, got " + url);
        }
        var address = new InetSocketAddress(url.getHost(), url.getPort() < 0 ? 80 : url.getPort());
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("url must name a known host, got " + url);
        }
        return address;
    }
}
