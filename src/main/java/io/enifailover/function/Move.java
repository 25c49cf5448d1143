package io.enifailover.function;

import io.enifailover.function.InterfaceState.Held;
import io.enifailover.function.InterfaceState.Status;
import io.enifailover.protocol.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;

/**
 * One move of the floating interface: observe, act on what is observed, pause, observe again.
 *
 * <p>It relies only on what EC2 shows, so a move that died can be run again from any state in which it left the interface. It may
 * end only the attachment that the decision was based on: if another attachment appears, another controller is moving the
 * interface, and this move gives way.
 */
final class Move {
    private static final Logger LOG = LoggerFactory.getLogger(Move.class);

    /** EC2's clock may differ from ours by a second, and it states the time of an attachment in whole seconds. */
    private static final Duration ATTACH_TIME_PRECISION = Duration.ofSeconds(2);

    sealed interface Outcome {

        /**
         * The interface is where it should be.
         *
         * @param from the old holder, or null
         * @param to the new holder, or null if it was only detached
         * @param tainted whether the old holder was detached by force or stopped, so that it has to be stopped and started
         * @param verified whether a probe of the witness showed that the new holder serves
         * @param phases the time that each step took
         */
        record Done(
                @Nullable String from,
                @Nullable String to,
                boolean tainted,
                boolean verified,
                Map<Step, Duration> phases)
                implements Outcome {}

        /** Another controller is moving the interface: observe and decide again. */
        record Superseded(String by) implements Outcome {}
    }

    /** Records what happens to the old holder, by default nothing. */
    interface Taints {
        Taints NONE = new Taints() {};

        /** The interface is about to be detached by force: the server has to be stopped and started. */
        default void forced(String serverId) {}

        /**
         * The server is about to be stopped by this move, and has to be started again.
         *
         * @return false if that could not be recorded
         */
        default boolean stopped(String serverId) {
            return true;
        }

        /** This move has not stopped the server: EC2 refused, or it was stopping already and has to stay stopped. */
        default void notStopped(String serverId) {}
    }

    private static final class LeaseLost extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final FloatingEni eni;
    private final PairServers servers;
    private final Steps steps;
    private final BooleanSupplier stillOurs;
    private Instant began;
    private @Nullable InterfaceState decided;
    private @Nullable String target;
    private @Nullable Witness witness;
    private @Nullable Held old;
    private @Nullable Instant attached;
    private Taints taints = Taints.NONE;
    private boolean fence;
    private boolean stopFirst;
    private boolean attachAsked;
    private boolean changed;
    private @Nullable Held arrival;
    private boolean detachAccepted;
    private boolean forceAsked;
    private boolean forced;
    private boolean stopAsked;
    private boolean stopped;

    /**
     * Creates a move that begins now. It can be used once.
     *
     * @param stillOurs checked before each call to EC2; false once another controller has the lease
     */
    Move(FloatingEni eni, PairServers servers, Time time, Deadlines deadlines, BooleanSupplier stillOurs) {
        this.eni = eni;
        this.servers = servers;
        this.steps = new Steps(time, deadlines);
        this.stillOurs = stillOurs;
        this.began = time.now();
    }

    /** Stops the old holder once the interface has left it, unless it is stopping or stopped already. */
    Move fencing() {
        fence = true;
        return this;
    }

    /**
     * Attaches the interface only once the old holder can no longer act as the active server. With fencing, that is once EC2
     * shows it as stopped; otherwise once it has confirmed the detach. A holder that does not confirm the detach is stopped,
     * not detached by force, because it might not notice a forced detach.
     */
    Move stoppingFirst() {
        stopFirst = true;
        steps.neverByForce();
        return this;
    }

    /** Records a forced detach or a stop before it happens, so that it is known even if this call dies during it. */
    Move tainting(Taints recorder) {
        taints = recorder;
        return this;
    }

    /** Continues what the same call began at this time: an earlier move of the call may have attached the interface. */
    Move begunAt(Instant time) {
        began = time;
        return this;
    }

    /** Changes nothing unless the interface is still in the state that the decision to move was based on. */
    Move unlessChangedSince(InterfaceState state) {
        decided = state;
        return this;
    }

    /**
     * Moves the interface to an instance and waits until the witness's probe shows that it serves.
     *
     * @param witness null if there is none: the move then ends when EC2 shows the interface as attached
     * @throws MoveFailed if a deadline has passed or EC2 refuses permanently
     */
    Outcome to(String instanceId, @Nullable Witness witness) {
        this.target = instanceId;
        this.witness = witness;
        return run();
    }

    /**
     * Detaches the interface, if it is attached or exists at all.
     *
     * @throws MoveFailed if a deadline has passed or EC2 refuses permanently
     */
    Outcome away() {
        return run();
    }

    /** @throws LeaseLost once another controller has the lease */
    private void checkLease() {
        if (!stillOurs.getAsBoolean()) {
            throw new LeaseLost();
        }
    }

    private Outcome run() {
        try {
            return repeat();
        } catch (LeaseLost e) {
            return new Outcome.Superseded("whoever has the lease now");
        }
    }

    private Outcome repeat() {
        while (true) {
            steps.checkOverall();
            if (!stopFirst && steps.detachIsOverdue() && old != null && stoppedBySomebodyElse(old.holder())) {
                steps.letDetachWait();
            }
            // It serves perhaps, and would have let go if it had been asked to.
            if (stopFirst && !fence && !detachAccepted && steps.detachIsOverdue()) {
                steps.letDetachWait();
            }
            steps.escalate();
            try {
                checkLease();
                var observed = eni.observe();
                checkLease();
                steps.checkOverall();
                attached = observed.attached();
                var outcome = act(observed.state());
                if (outcome != null) {
                    return outcome;
                }
                steps.pause();
            } catch (CallFailed e) {
                if (!e.passing()) {
                    throw steps.failed(e.line(), e);
                }
                waitFor(e.line());
                steps.rest();
            }
        }
    }

    /** Acts on this state; null: observe again. */
    private @Nullable Outcome act(InterfaceState state) {
        if (steps.current() == Step.OBSERVE) {
            // Another controller may have changed it between the decision and the lease.
            if (decided != null && !decided.equals(state)) {
                return new Outcome.Superseded("whoever made it " + state);
            }
            begin(state);
        }
        if (!(state instanceof Held held)) {
            return target == null ? done(false) : attach(state, target);
        }
        if (arrives(held)) {
            return settle(held);
        }
        if (old == null || !old.attachmentId().equals(held.attachmentId())) {
            return new Outcome.Superseded(held.toString());
        }
        return release(held);
    }

    private void begin(InterfaceState state) {
        if (state instanceof Held held && !arrives(held)) {
            old = held;
            steps.reach(stopFirst && fence ? Step.STOP : Step.DETACH);
        } else {
            steps.reach(Step.ATTACH);
        }
    }

    private @Nullable Outcome release(Held held) {
        detachAccepted |= held.status() == Status.DETACHING;
        if (stopFirst && steps.current() == Step.STOP) {
            releaseOnceStopped(held);
            return null;
        }
        var how = switch (steps.current()) {
            case FORCE -> " by force, which taints it";
            case STOP -> " while it is stopped";
            default -> "";
        };
        if (steps.current() == Step.STOP) {
            // If EC2 does not answer, the deadline of the forced detach may pass before that call is made.
            if (forceAsked) {
                stopUnlessStopping(held.holder());
            }
            detach(held, true);
        } else if (steps.current() == Step.FORCE) {
            if (!forced) {
                detach(held, true);
            }
        } else if (held.status() != Status.DETACHING) {
            detach(held, false);
        }
        waitFor("detaching from %s (%s)%s".formatted(held.holder(), held.attachmentId(), how));
        return null;
    }

    private void releaseOnceStopped(Held held) {
        if (!hasStopped(held.holder())) {
            waitFor("stopping " + held.holder());
            return;
        }
        if (held.status() != Status.DETACHING) {
            detach(held, false);
        }
        waitFor("detaching from %s (%s), which has stopped".formatted(held.holder(), held.attachmentId()));
    }

    private void detach(Held held, boolean byForce) {
        if (byForce && !tainted()) {
            taints.forced(held.holder());
        }
        forceAsked |= byForce;
        change(() -> eni.detach(held.attachmentId(), byForce));
        detachAccepted = true;
        forced |= byForce;
    }

    /** Counts a call without an answer as a change: EC2 may have carried it out. */
    private void change(Runnable call) {
        checkLease();
        try {
            call.run();
            changed = true;
        } catch (CallFailed e) {
            changed |= e.unanswered();
            throw e;
        }
    }

    /**
     * Stops a server, unless somebody else is stopping it already, in which case it has to stay stopped.
     *
     * @throws CallFailed if EC2 does not show whether it is stopping
     */
    private void stopUnlessStopping(String serverId) {
        // Without a record of our stop nothing would start the server again, so do not stop it.
        if (!stopAsked && !isStoppingOrStopped(serverId) && taints.stopped(serverId)) {
            stop(serverId);
        }
    }

    /** Tries to stop a server. If EC2 refuses, the move still tries to detach. */
    private void stop(String serverId) {
        checkLease();
        stopAsked = true;
        try {
            stopped = servers.stop(serverId, true);
            LOG.info("{} {}: {} {}", eni, steps.current(), serverId, stopped ? "is stopped" : "was stopping already");
        } catch (CallFailed e) {
            // Without an answer, EC2 may stop it all the same.
            stopped = e.unanswered();
            LOG.warn("{} {}: {}", eni, steps.current(), e.line());
        }
        if (!stopped) {
            taints.notStopped(serverId);
        }
    }

    /**
     * Stops a server unless it is stopping already, and returns whether it has stopped.
     *
     * @throws CallFailed if EC2 does not show its state, or refuses to stop it
     */
    private boolean hasStopped(String serverId) {
        checkLease();
        var state = servers.state(serverId);
        var runs = state == InstanceStateName.RUNNING || state == InstanceStateName.PENDING;
        if (runs && !stopAsked && taints.stopped(serverId)) {
            stopOrTryAgain(serverId);
        }
        return state == InstanceStateName.STOPPED || state == InstanceStateName.TERMINATED;
    }

    /** Without an answer, EC2 may not have received the call, so it is repeated while EC2 shows the server as running. */
    private void stopOrTryAgain(String serverId) {
        checkLease();
        try {
            stopped |= servers.stop(serverId, true);
            stopAsked = true;
            LOG.info("{} {}: {} {}", eni, steps.current(), serverId, stopped ? "is stopped" : "was stopping already");
        } catch (CallFailed e) {
            stopped |= e.unanswered();
            throw e;
        } finally {
            if (!stopped) {
                taints.notStopped(serverId);
            }
        }
    }

    private boolean isStoppingOrStopped(String serverId) {
        checkLease();
        return servers.find(serverId).filter(Server::stoppingOrStopped).isPresent();
    }

    /**
     * Whether somebody else is stopping or has stopped a server. It releases the interface when it has stopped, and it has to
     * stay stopped: do not taint it and do not stop it again, because both would lead to a start.
     *
     * <p>Whether EC2 accepts a detach while an instance is stopping is not documented.
     */
    private boolean stoppedBySomebodyElse(String serverId) {
        try {
            return isStoppingOrStopped(serverId);
        } catch (CallFailed e) {
            LOG.warn("{} {}: {}", eni, steps.current(), e.line());
            return false;
        }
    }

    private @Nullable Outcome attach(InterfaceState state, String instanceId) {
        var fenced = fence && old != null && !old.holder().equals(instanceId) ? old.holder() : null;
        if (fenced != null && stopFirst && !hasStopped(fenced)) {
            waitFor("stopping " + fenced);
            return null;
        }
        steps.reach(Step.ATTACH);
        if (fenced != null && !stopFirst) {
            stopUnlessStopping(fenced);
        }
        fence = false;
        if (state instanceof InterfaceState.Available) {
            attachAsked = true;
            change(() -> eni.attach(instanceId));
            waitFor("attaching to " + instanceId);
        } else {
            waitFor(state.toString());
        }
        return null;
    }

    private @Nullable Outcome settle(Held held) {
        if (held.status() == Status.ATTACHING) {
            steps.reach(Step.ATTACH);
            waitFor(held.toString());
            return null;
        }
        arrival = held;
        steps.reach(Step.SERVE);
        if (witness == null) {
            return done(false);
        }
        var answer = witness.probe();
        if (answer.provesThatServes(held.holder())) {
            return done(true);
        }
        waitFor(held + ", the witness sees " + answer.message());
        return null;
    }

    private Outcome done(boolean verified) {
        // EC2 may have carried out a call whose answer was lost.
        changed |= target == null ? old != null : attachAsked && attachedSinceItBegan();
        return new Outcome.Done(old == null ? null : old.holder(), target, tainted(), verified, steps.phases());
    }

    /** Whether the attachment began during this call, and is not an older one that EC2 showed late. */
    private boolean attachedSinceItBegan() {
        return attached == null || !attached.isBefore(began.minus(ATTACH_TIME_PRECISION));
    }

    /** Whether this move has changed anything, or may have, even if it fails later. */
    boolean changed() {
        return changed;
    }

    /** The attachment to the target, if there is one. */
    Optional<String> arrival() {
        return Optional.ofNullable(arrival).map(Held::attachmentId);
    }

    /** Whether the old holder has to be stopped and started. */
    boolean tainted() {
        return forced || stopped;
    }

    /** The time that each step took, from the first observation. */
    Map<Step, Duration> phases() {
        return steps.phases();
    }

    /** Whether this is the intended attachment. One that is being detached from the target is not; it has to end first. */
    private boolean arrives(Held held) {
        return held.holder().equals(target) && held.status() != Status.DETACHING;
    }

    /** Logs what the move waits for, once per reason and not at each observation. */
    private void waitFor(String reason) {
        if (steps.blockedBy(reason)) {
            LOG.info("{} {}: {}", eni, steps.current(), reason);
        }
    }
}
