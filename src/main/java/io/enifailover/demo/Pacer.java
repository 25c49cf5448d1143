package io.enifailover.demo;

import io.enifailover.simulation.Baton;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/** Lets virtual time pass as fast as a clock, or several times faster, and lets people act in between. */
final class Pacer<A> implements Baton.RealTime {
    /** If the process was asleep for longer, virtual time does not run after it. */
    private static final Duration LATE = Duration.ofSeconds(1);

    /** Between two milliseconds, so that no action happens at the same time as anything else, and its order is not open. */
    static final Duration BETWEEN = Duration.ofNanos(500_000);

    private final BiConsumer<Instant, A> act;
    private final LongSupplier nanoTime;
    private final Deque<A> actions = new ArrayDeque<>();
    private final Instant begin;
    private int speed;
    private Instant virtual;
    private long real;
    private boolean ended;

    /**
     * @param act      what to do with an action, at this virtual time
     * @param begin    current virtual time; everything earlier happens at once, and no action is taken before it
     * @param speed    how many times faster than the clock
     * @param nanoTime the clock
     */
    Pacer(BiConsumer<Instant, A> act, Instant begin, int speed, LongSupplier nanoTime) {
        this.act = act;
        this.begin = begin;
        virtual = begin;
        this.speed = speed;
        this.nanoTime = nanoTime;
        real = nanoTime.getAsLong();
    }

    synchronized void speed(int value) {
        virtual = now();
        real = nanoTime.getAsLong();
        speed = value;
        notifyAll();
    }

    synchronized int speed() {
        return speed;
    }

    synchronized void add(A action) {
        actions.add(action);
        notifyAll();
    }

    /** Waits for nothing any more. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    @Override
    public synchronized boolean until(Instant wake) {
        if (wake.isBefore(begin)) {
            return true;
        }
        while (!ended) {
            var now = now();
            var action = actions.poll();
            if (action != null) {
                var at = now.isBefore(wake) ? now : wake;
                act.accept(at.truncatedTo(ChronoUnit.MILLIS).plus(BETWEEN), action);
                return false;
            }
            var left = Duration.between(now, wake);
            if (left.isNegative() || left.isZero()) {
                if (left.negated().compareTo(LATE) > 0 && wake.isAfter(virtual)) {
                    virtual = wake;
                    real = nanoTime.getAsLong();
                }
                return true;
            }
            await(left.dividedBy(speed));
        }
        return true;
    }

    private void await(Duration duration) {
        try {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, duration.toNanos()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ended = true;
        }
    }

    private Instant now() {
        return virtual.plusNanos((nanoTime.getAsLong() - real) * speed);
    }
}
