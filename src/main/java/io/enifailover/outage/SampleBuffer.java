package io.enifailover.outage;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Collects samples from one thread while others read them or wait for one. */
final class SampleBuffer {
    private final Instant began;
    private final Duration every;
    private final Consumer<Sample> listener;
    private final List<Sample> answers = new ArrayList<>();
    private boolean over;

    SampleBuffer(Instant began, Duration every, Consumer<Sample> listener) {
        this.began = began;
        this.every = every;
        this.listener = listener;
    }

    void add(Sample answer) {
        synchronized (this) {
            answers.add(answer);
            notifyAll();
        }
        listener.accept(answer);
    }

    /** Marks the end: no sample will follow. */
    synchronized void end() {
        over = true;
        notifyAll();
    }

    synchronized Recording recording() {
        return new Recording(began, every, answers);
    }

    synchronized boolean await(Predicate<Sample> wanted, Duration patience) {
        var deadline = System.nanoTime() + patience.toNanos();
        for (var next = 0; ; next++) {
            while (next == answers.size()) {
                var left = deadline - System.nanoTime();
                if (left <= 0 || over) {
                    return false;
                }
                try {
                    TimeUnit.NANOSECONDS.timedWait(this, left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("interrupted while waiting for an answer", e);
                }
            }
            if (wanted.test(answers.get(next))) {
                return true;
            }
        }
    }
}
