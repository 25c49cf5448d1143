package io.enifailover.simulation;

import io.enifailover.function.Time;
import io.enifailover.function.Witness;
import io.enifailover.function.Witness.Reaction;
import io.enifailover.protocol.Role;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceAttachment;

/** A simulated EC2 for which a test prepares what happens to its calls, and which notes them. */
public final class ScriptedEc2 extends SimulatedEc2 {
    /** Ends a caller's process. */
    public static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    private record PreparedAnswer(String call, RuntimeException answer) {}

    private final Deque<PreparedAnswer> prepared = new ArrayDeque<>();
    private final Map<Integer, Runnable> before = new HashMap<>();
    private final Map<Integer, Runnable> after = new HashMap<>();
    /** The function asks for the interface and for the servers at the same time. */
    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());

    private boolean checksAttachments = true;
    private boolean detachesWhileStopping = true;

    public ScriptedEc2(Time time) {
        super(time);
    }

    @Override
    public ScriptedEc2 with(String instanceId, Role role) {
        super.with(instanceId, role);
        return this;
    }

    @Override
    public ScriptedEc2 gate(Gate value) {
        super.gate(value);
        return this;
    }

    @Override
    public ScriptedEc2 attachTakes(Duration value) {
        super.attachTakes(value);
        return this;
    }

    @Override
    public ScriptedEc2 detachTakes(Duration value) {
        super.detachTakes(value);
        return this;
    }

    @Override
    public ScriptedEc2 forceTakes(Duration value) {
        super.forceTakes(value);
        return this;
    }

    @Override
    public ScriptedEc2 attachedTo(String instanceId) {
        super.attachedTo(instanceId);
        return this;
    }

    /** Detaches the interface whatever attachment a call names, which the real EC2 never does. */
    public ScriptedEc2 checksNoAttachment() {
        checksAttachments = false;
        return this;
    }

    /** Refuses to detach the interface while its instance is stopping: whether the real one does is not documented. */
    public ScriptedEc2 refusesToDetachWhileStopping() {
        detachesWhileStopping = false;
        return this;
    }

    /** Makes DescribeInstances omit these for a while, as it may do with new ones. */
    public ScriptedEc2 hides(Duration duration, String... instanceIds) {
        servers().hide(time.now().plus(duration), List.of(instanceIds));
        return this;
    }

    /** Makes the next calls of this name fail with an error code of EC2; failures come in the order of preparation. */
    public ScriptedEc2 fails(String call, String code, int times) {
        for (int i = 0; i < times; i++) {
            prepared.add(new PreparedAnswer(call, error(code, "simulated")));
        }
        return this;
    }

    /** Leaves the next calls of this name without an answer. */
    public ScriptedEc2 doesNotAnswer(String call, int times) {
        for (int i = 0; i < times; i++) {
            prepared.add(new PreparedAnswer(call, noAnswer()));
        }
        return this;
    }

    /** Runs this before the n-th call, counted from 1, takes effect. */
    public ScriptedEc2 before(int call, Runnable act) {
        before.put(call, act);
        return this;
    }

    /** Runs this when the n-th call has taken effect, and before its answer arrives. */
    public ScriptedEc2 after(int call, Runnable act) {
        after.put(call, act);
        return this;
    }

    /** Another interface occupies device index 1 of this instance for a while. */
    public ScriptedEc2 busyIndex(String instanceId, Duration duration) {
        servers().busyIndex(instanceId, time.now().plus(duration));
        return this;
    }

    /** The interface does not exist for a while. */
    public ScriptedEc2 missingFor(Duration duration) {
        eni().missingUntil(time.now().plus(duration));
        return this;
    }

    public ScriptedEc2 attachingTo(String instanceId) {
        eni().attach(instanceId, attachTakes);
        return this;
    }

    /** Begins to detach the interface from its holder without a call. */
    public ScriptedEc2 detaching() {
        leave(detachTakes);
        return this;
    }

    public boolean isAvailable() {
        return eni().at(time.now()).isPresent() && eni().attachment().isEmpty();
    }

    /** Returns a witness that sees the holder serve once the interface has been attached to it for this long. */
    public Witness witness(Duration delay) {
        return () -> {
            var server =
                    holder().filter(h -> eni().holderAt(time.now().minus(delay)).equals(Optional.of(h)));
            return server.map(s -> Witness.ProbeResult.passed(s, "HTTP 200 from " + s))
                    .orElseGet(() -> Witness.ProbeResult.failed("connection refused", Reaction.REFUSAL));
        };
    }

    /** Returns all calls, each with its arguments. */
    public List<String> calls() {
        return List.copyOf(calls);
    }

    /** Returns the calls that requested a change. */
    public List<String> changes() {
        return calls.stream()
                .filter(c -> !c.startsWith("Describe") && !c.endsWith(DRY_RUN))
                .toList();
    }

    @Override
    <T> T call(String words, Supplier<T> effect) {
        calls.add(words);
        var number = calls.size();
        return super.call(words, () -> {
            before.getOrDefault(number, () -> {}).run();
            throwPrepared(words.split(" ", 2)[0]);
            var answer = effect.get();
            after.getOrDefault(number, () -> {}).run();
            return answer;
        });
    }

    private void throwPrepared(String call) {
        var answerInstead = prepared.stream().filter(f -> f.call().equals(call)).findFirst();
        if (answerInstead.isPresent()) {
            prepared.remove(answerInstead.get());
            throw answerInstead.get().answer();
        }
    }

    @Override
    void detach(String attachmentId, boolean force) {
        var current = eni().attachment();
        var ended = checksAttachments
                ? attachmentId
                : current.map(NetworkInterfaceAttachment::attachmentId).orElse(attachmentId);
        if (!detachesWhileStopping
                && current.filter(a -> a.attachmentId().equals(ended))
                        .filter(a -> servers().state(a.instanceId()) == InstanceStateName.STOPPING)
                        .isPresent()) {
            throw error("IncorrectState", "The instance is stopping");
        }
        super.detach(ended, force);
    }
}
