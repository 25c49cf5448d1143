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
 * Runs actors on virtual time, one at a time: an actor passes the baton on only when it sleeps or ends. So a run
 * depends only on the order in which waiting actors and events continue.
 */
public final class Baton implements Time {
    /** When virtual time begins. */
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

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

    /** Chooses which actor or event continues. */
    public interface Turns {
        /** Returns the index of one of those that wait, given the instants until which they wait. */
        int next(List<Instant> wakes);
    }

    /** A clock outside the run, with which virtual time keeps pace. */
    public interface RealTime {
        /** Does not wait. */
        RealTime NONE = wake -> true;

        /**
         * Waits until this instant by the outside clock.
         *
         * @return false if an actor or event was added meanwhile, which may have to continue first
         */
        boolean until(Instant wake);
    }

    /** An actor in its own thread that waits, or an event that takes no time. */
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
    private volatile Instant now = START;
    private volatile boolean over;
    private volatile @Nullable Waiting current;
    private volatile @Nullable Throwable failure;
    private long steps;

    public Baton(Turns turns, RealTime realTime) {
        this.turns = turns;
        this.realTime = realTime;
    }

    /** Starts an actor after this time. */
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
                // Expected: the run has ended.
            } catch (Throwable e) {
                failure = failure == null ? e : failure;
                over = true;
            }
            next(null);
        });
    }

    /** Schedules an event after this time; the event itself takes no time. */
    public void at(Duration after, Runnable event) {
        await(new Waiting("", event), after);
    }

    /**
     * Runs until no actor or event waits; after {@link #end} none of them does anything more.
     *
     * @return the number of times that the baton was passed on
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

    /** Ends the run: actors and events that wait do nothing more. */
    public void end() {
        over = true;
    }

    /** Returns the name of the actor that runs, or an empty text. */
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

    /** Passes the baton on until another actor has completed the result. */
    @Override
    public <T> T await(CompletableFuture<T> result) {
        var me = current;
        if (!result.isDone() && me != null) {
            blocked.add(me);
            // The actor that completes it has the baton.
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

    /** Lets time pass without passing the baton on. */
    public void pass(Duration duration) {
        now = now.plus(duration);
    }

    private void await(Waiting who, Duration duration) {
        waiting.add(who);
        wakes.add(now.plus(duration));
    }

    /** Passes the baton on, and waits until it comes back to this actor. */
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
