package io.enifailover.simulation;

import io.enifailover.function.Time;
import io.enifailover.function.Witness;
import io.enifailover.function.Witness.Reaction;
import io.enifailover.protocol.FunctionContract;
import io.enifailover.protocol.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceNetworkInterface;
import software.amazon.awssdk.services.ec2.model.InstanceNetworkInterfaceAssociation;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceAttachment;

/** A simulated EC2 that notes its calls, and for which a test prepares what happens to them and what they show. */
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

    private final Map<String, Instant> hiddenUntil = new HashMap<>();
    private final Map<String, Instant> busyIndexUntil = new HashMap<>();
    private final Set<String> withoutAddress = new HashSet<>();
    private Instant missingUntil = Instant.MIN;
    private boolean hasElasticIp = true;
    private boolean deletesOnTermination;
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
        List.of(instanceIds).forEach(id -> hiddenUntil.put(id, time.now().plus(duration)));
        return this;
    }

    /** Makes the next calls of this name fail with an error code of EC2; failures come in the order of preparation. */
    public ScriptedEc2 fails(String call, String code, int times) {
        for (int i = 0; i < times; i++) {
            prepared.add(new PreparedAnswer(call, error(code, "simulated")));
        }
        return this;
    }

    /** Sets how old the state is that Describe calls show. */
    public ScriptedEc2 showsLate(Supplier<Duration> value) {
        lag = value;
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
        busyIndexUntil.put(instanceId, time.now().plus(duration));
        return this;
    }

    /** The interface, which is free, does not exist for a while. */
    public ScriptedEc2 missingFor(Duration duration) {
        missingUntil = time.now().plus(duration);
        return this;
    }

    /** Shows no public address of this server any more. */
    public ScriptedEc2 showsNoAddress(String instanceId) {
        withoutAddress.add(instanceId);
        return this;
    }

    /** Shows no Elastic IP of the interface any more. */
    public ScriptedEc2 showsNoElasticIp() {
        hasElasticIp = false;
        return this;
    }

    /** Shows that the interface is deleted together with its holder. */
    public ScriptedEc2 showsDeleteOnTermination() {
        deletesOnTermination = true;
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
        return !isMissing(time.now()) && eni().attachment().isEmpty();
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
    <T> T call(String line, Supplier<T> effect) {
        calls.add(line);
        var number = calls.size();
        return super.call(line, () -> {
            before.getOrDefault(number, () -> {}).run();
            throwPrepared(line.split(" ", 2)[0]);
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
    NetworkInterface shownInterface(Instant then) {
        if (isMissing(then)) {
            throw error("InvalidNetworkInterfaceID.NotFound", "The networkInterface ID does not exist");
        }
        var shown = super.shownInterface(then);
        return shown.copy(i -> i.association(hasElasticIp ? shown.association() : null)
                .attachment(withDeleteOnTermination(shown.attachment())));
    }

    private @Nullable NetworkInterfaceAttachment withDeleteOnTermination(@Nullable NetworkInterfaceAttachment shown) {
        return deletesOnTermination && shown != null ? shown.copy(a -> a.deleteOnTermination(true)) : shown;
    }

    @Override
    List<Instance> shownServers(Instant then) {
        return super.shownServers(then).stream()
                .filter(server -> !time.now().isBefore(hiddenUntil.getOrDefault(server.instanceId(), Instant.MIN)))
                .map(server -> server.copy(s -> s.networkInterfaces(interfaces(server))))
                .toList();
    }

    private List<InstanceNetworkInterface> interfaces(Instance server) {
        var shown = new ArrayList<>(server.networkInterfaces());
        if (withoutAddress.contains(server.instanceId())) {
            shown.set(0, shown.get(0).copy(own -> own.association((InstanceNetworkInterfaceAssociation) null)));
        }
        if (shown.size() == 1 && hasBusyIndex(server.instanceId())) {
            shown.add(SimulatedServers.at(1, "eni-of-somebody-else"));
        }
        return shown;
    }

    private boolean hasBusyIndex(String instanceId) {
        return time.now().isBefore(busyIndexUntil.getOrDefault(instanceId, Instant.MIN));
    }

    private boolean isMissing(Instant then) {
        return then.isBefore(missingUntil);
    }

    @Override
    String attach(String instanceId) {
        if (isMissing(time.now())) {
            throw error("InvalidNetworkInterfaceID.NotFound", "The networkInterface ID does not exist");
        }
        if (hasBusyIndex(instanceId)) {
            throw error("InvalidParameterValue", "already has an interface attached at device index '1'");
        }
        return super.attach(instanceId);
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

    public static ApiCallTimeoutException noAnswer() {
        return ApiCallTimeoutException.create(FunctionContract.EC2_CALL.toMillis());
    }
}
