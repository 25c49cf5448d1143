package io.enifailover.demo;

import io.enifailover.protocol.Role;
import org.jspecify.annotations.Nullable;

/** One demonstration: a run of the pair, and the next one when somebody starts again. */
public final class Demo implements AutoCloseable {
    private final OperatorCommand command;
    private DemoRun run;
    private int speed;
    private int runs;
    private @Nullable DemoPair pair;
    private @Nullable Throwable failure;

    /**
     * @param run   what to repeat
     * @param speed how many times faster than real time, 1 to 100
     */
    public Demo(DemoRun run, int speed, OperatorCommand command) {
        this.run = run;
        this.speed = checked(speed);
        this.command = command;
    }

    private static int checked(int speed) {
        if (speed < 1 || speed > 100) {
            throw new IllegalArgumentException("speed must be 1 to 100, got " + speed);
        }
        return speed;
    }

    /** Begins, unless it has begun. */
    synchronized DemoPair begun() {
        if (failure != null) {
            throw new IllegalStateException("the run has failed: " + failure, failure);
        }
        var running = pair;
        return running == null ? begin() : running;
    }

    private DemoPair begin() {
        var next = new DemoPair(run, speed, command);
        pair = next;
        runs++;
        var thread = new Thread(
                () -> {
                    try {
                        next.run();
                    } catch (Error | RuntimeException e) {
                        failed(next, e);
                    }
                },
                "demo");
        thread.setDaemon(true);
        thread.start();
        return next;
    }

    private synchronized void failed(DemoPair of, Throwable e) {
        failure = of.equals(pair) ? e : failure;
    }

    /** Ends this run, and begins another one. */
    synchronized void restart(DemoRun next) {
        close();
        failure = null;
        run = next;
        begin();
    }

    synchronized void speed(int times) {
        speed = checked(times);
        begun().speed(speed);
    }

    synchronized int speed() {
        return speed;
    }

    /** How many runs there have been. */
    synchronized int runs() {
        return runs;
    }

    synchronized void act(DemoAction action, @Nullable Role server) {
        begun().act(action, server);
    }

    public void printed(String line) {
        begun().printed(line);
    }

    @Override
    public synchronized void close() {
        if (pair != null) {
            pair.end();
        }
    }
}
