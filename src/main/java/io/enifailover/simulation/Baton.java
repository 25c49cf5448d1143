package io.enifailover.simulation;

import io.enifailover.function.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Runs actors on virtual time, one at a time: whoever sleeps hands the baton on, and nothing else does. So a run depends on
 * nothing but the order in which the waiting go on.
 */
public final class Baton implements Time {
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        var thread = new Thread(task, "actor");
        thread.setDaemon(true);
        return thread;
    });

    /** Ends an actor when the run is over. */
    public static final class Over extends Error {
        private static final long serialVersionUID = 1L;

        Over() {
            super("the run is over", null, false, false);
        }
    }

    /** Who goes on. */
    public interface Turns {
        /** Returns the index of one of those who wait, by the instants until which they do. */
        int next(List<Instant> wakes);
    }

    /** Lets time pass outside of the run, too. */
    public interface RealTime {
        /** Nothing outside waits. */
        RealTime NONE = wake -> true;

        /**
         * Waits until then, by a clock outside.
         *
         * @return false if something was added in between, so that somebody else may go on first
         */
        boolean until(Instant wake);
    }

    /** Somebody who waits: an actor in a thread of its own, or something that happens in no time. */
    private static final class Waiting {
        final String name;
        final @Nullable Runnable event;
        final Semaphore turn = new Semaphore(0);

        Waiting(String name, @Nullable Runnable event) {
            this.name = name;
            this.event = event;
        }
    }

    private final Turns turns;
    private final RealTime realTime;
    private final List<Waiting> waiting = new ArrayList<>();
    private final List<Instant> wakes = new ArrayList<>();
    private final List<Waiting> blocked = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Instant now = VirtualTime.START;
    private volatile boolean over;
    private volatile @Nullable Waiting current;
    private volatile @Nullable Throwable failure;
    private long steps;

    public Baton(Turns turns) {
        this(turns, RealTime.NONE);
    }

    public Baton(Turns turns, RealTime realTime) {
        this.turns = turns;
        this.realTime = realTime;
    }

    /** Lets an actor begin after a while. */
    public void start(String name, Duration after, Runnable body) {
        var actor = new Waiting(name, null);
        await(actor, after);
        THREADS.execute(() -> {
            actor.turn.acquireUninterruptibly();
            try {
                if (!over) {
                    body.run();
                }
            } catch (Over e) {
                // As it should be.
            } catch (Throwable e) {
                failure = failure == null ? e : failure;
                over = true;
            }
            next(null);
        });
    }

    /** Lets something happen after a while, in no time. */
    public void at(Duration after, Runnable event) {
        await(new Waiting("", event), after);
    }

    /**
     * Runs until it is over or nobody waits.
     *
     * @return the number of times that the baton was handed on
     */
    public long run() {
        next(null);
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        if (failure != null) {
            throw failure instanceof AssertionError violation ? violation : new AssertionError(failure);
        }
        return steps;
    }

    /** Ends the run: whoever waits goes on no more. */
    public void end() {
        over = true;
    }

    /** The actor that runs, or nothing. */
    public String actor() {
        return current == null ? "" : current.name;
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public void sleep(Duration duration) {
        if (over) {
            throw new Over();
        }
        var me = current;
        if (me == null) {
            throw new AssertionError("an event takes no time");
        }
        await(me, duration);
        next(me);
        if (over) {
            throw new Over();
        }
    }

    /** Hands the baton on until somebody else has the result. */
    @Override
    public <T> T await(CompletableFuture<T> result) {
        var me = current;
        if (!result.isDone() && me != null) {
            blocked.add(me);
            // Whoever completes it has the baton.
            var unused = result.whenComplete((value, failure) -> {
                if (blocked.remove(me)) {
                    await(me, Duration.ZERO);
                }
            });
            next(me);
            if (over) {
                throw new Over();
            }
        }
        return result.join();
    }

    /** Lets time pass without handing the baton on. */
    public void pass(Duration duration) {
        now = now.plus(duration);
    }

    private void await(Waiting who, Duration duration) {
        waiting.add(who);
        wakes.add(now.plus(duration));
    }

    /** Hands the baton on, and waits for it to come back to this actor. */
    private void next(@Nullable Waiting me) {
        while (true) {
            if (waiting.isEmpty() && over) {
                blocked.forEach(actor -> await(actor, Duration.ZERO));
                blocked.clear();
            }
            if (waiting.isEmpty()) {
                ended.countDown();
                return;
            }
            var index = over ? 0 : turns.next(wakes);
            if (!over && !realTime.until(wakes.get(index))) {
                continue;
            }
            steps++;
            var wake = wakes.remove(index);
            var next = waiting.remove(index);
            now = wake.isAfter(now) ? wake : now;
            if (next.event == null) {
                current = next;
                if (next != me) {
                    next.turn.release();
                    if (me != null) {
                        me.turn.acquireUninterruptibly();
                    }
                }
                return;
            }
            current = null;
            happen(next.event);
        }
    }

    private void happen(Runnable event) {
        try {
            if (!over) {
                event.run();
            }
        } catch (Throwable e) {
            failure = failure == null ? e : failure;
            over = true;
        }
    }
}
