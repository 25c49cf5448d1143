package io.enifailover.function;

import io.enifailover.protocol.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The steps of one move and their deadlines. They only go forward, so that the deadlines add up to a bound. */
final class Steps {

    /**
     * During this time, observations are three times as frequent: most steps end within it, and waiting for the next observation
     * is most of the time that the controller adds. That makes fifty observations, half of the burst that EC2 grants an account.
     * https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
     */
    private static final Duration EAGER = Duration.ofSeconds(5);

    private final Time time;
    private final Deadlines deadlines;
    private final Instant end;
    private final Map<Step, Duration> phases = new EnumMap<>(Step.class);
    private Step step = Step.OBSERVE;
    private Instant began;
    private String obstacle = "no answer yet";
    private boolean detachMayWait;
    private boolean neverByForce;
    private Instant releaseBegan;

    Steps(Time time, Deadlines deadlines) {
        this.time = time;
        this.deadlines = deadlines;
        this.began = time.now();
        this.releaseBegan = began;
        this.end = began.plus(deadlines.overall());
    }

    Step current() {
        return step;
    }

    /** Goes on to a later step. An earlier step means that EC2 showed an old state, and changes nothing. */
    void reach(Step next) {
        if (next.compareTo(step) > 0) {
            phases.put(step, elapsed());
            began = time.now();
            if (step == Step.OBSERVE) {
                releaseBegan = began;
            }
            step = next;
        }
    }

    boolean detachIsOverdue() {
        return step == Step.DETACH && left(stepEnd()).isZero();
    }

    /** Gives the detach the time of the steps that would follow it, in place of these steps. */
    void letDetachWait() {
        detachMayWait = true;
    }

    /** Leaves the forced detach out, and gives its time to the stop of the old holder. */
    void neverByForce() {
        neverByForce = true;
    }

    /** Sets the reason why the step has not ended; returns whether it is a new one. */
    boolean blockedBy(String reason) {
        var news = !reason.equals(obstacle);
        obstacle = reason;
        return news;
    }

    /** @throws MoveFailed if the move's time is up */
    void checkOverall() {
        if (left(end).isZero()) {
            throw failed("out of time, last seen: " + obstacle, null);
        }
    }

    /**
     * Ends the step if its time is up: a detach goes on by force, unless that is left out, and then by stopping the server.
     *
     * @throws MoveFailed if there is no further step
     */
    void escalate() {
        checkOverall();
        if (left(stepEnd()).isZero()) {
            if (step == Step.DETACH && !detachMayWait) {
                reach(neverByForce ? Step.STOP : Step.FORCE);
            } else if (step == Step.FORCE) {
                reach(Step.STOP);
            } else {
                throw failed("not done, last seen: " + obstacle, null);
            }
        }
    }

    /** Sleeps until the next observation is due, or the step's deadline. */
    void pause() {
        sleep(elapsed().compareTo(EAGER) < 0 ? deadlines.poll().dividedBy(3) : deadlines.poll());
    }

    /** Sleeps after a temporary error of EC2. */
    void rest() {
        sleep(deadlines.poll());
    }

    private void sleep(Duration pause) {
        time.sleep(min(pause, min(left(stepEnd()), left(end))));
    }

    /** The time that each step took, the current one until now. */
    Map<Step, Duration> phases() {
        var all = new EnumMap<>(phases);
        all.put(step, elapsed());
        return Collections.unmodifiableMap(all);
    }

    MoveFailed failed(String reason, @Nullable Throwable cause) {
        return new MoveFailed(step, elapsed(), reason, cause);
    }

    private Instant stepEnd() {
        if (!step.hasDeadline()) {
            return end;
        }
        if (step == Step.STOP && neverByForce) {
            return releaseBegan.plus(deadlines.release());
        }
        return began.plus(step == Step.DETACH && detachMayWait ? deadlines.release() : deadlines.of(step));
    }

    private Duration elapsed() {
        return Duration.between(began, time.now());
    }

    private Duration left(Instant deadline) {
        var now = time.now();
        return now.isBefore(deadline) ? Duration.between(now, deadline) : Duration.ZERO;
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
