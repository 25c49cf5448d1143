package io.enifailover.simulation;

import io.enifailover.function.RecordUnavailable;
import io.enifailover.function.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** A simulated record for which a test prepares what happens to its calls, and which notes them. */
public final class ScriptedRecord extends SimulatedRecord {
    /** What happens to a call. */
    public enum Trouble {
        NONE,
        /** It has no effect. */
        LOST,
        /** It takes effect, but its answer is lost. */
        ANSWER_LOST
    }

    private static final Duration GIVES_UP = Duration.ofSeconds(2);

    private final Time time;
    private final Set<Integer> failures = new HashSet<>();
    private final Set<Integer> lostAnswers = new HashSet<>();
    private final Map<String, Runnable> before = new HashMap<>();
    private final List<String> calls = new ArrayList<>();
    private Supplier<Trouble> trouble = () -> Trouble.NONE;
    private boolean reachable = true;

    public ScriptedRecord(Time time) {
        super(time);
        this.time = time;
    }

    /** Makes every call fail from now on, or none. */
    public ScriptedRecord reachable(boolean value) {
        reachable = value;
        return this;
    }

    /** Sets what happens to each call from now on. */
    public ScriptedRecord troubled(Supplier<Trouble> value) {
        trouble = value;
        return this;
    }

    /** Makes the n-th call, counted from 1, fail without effect. */
    public ScriptedRecord fails(int call) {
        failures.add(call);
        return this;
    }

    /** Makes the n-th call, counted from 1, take effect and fail. */
    public ScriptedRecord losesAnswer(int call) {
        lostAnswers.add(call);
        return this;
    }

    /** Runs this before the next call of that name takes effect. */
    public ScriptedRecord beforeNext(String name, Runnable act) {
        before.put(name, act);
        return this;
    }

    /** Returns all calls to the table that this record stands for. */
    public List<String> calls() {
        return List.copyOf(calls);
    }

    /** Returns the attachments that count as automatic moves, without a call. */
    public Set<String> counted() {
        return Set.copyOf(moves.keySet());
    }

    @Override
    <T> T call(String name, Supplier<T> effect) {
        calls.add(name);
        var number = calls.size();
        var troubled = trouble.get();
        if (!reachable || failures.contains(number) || troubled == Trouble.LOST) {
            throw noAnswer(name);
        }
        var answer = super.call(name, () -> {
            Optional.ofNullable(before.remove(name)).ifPresent(Runnable::run);
            return effect.get();
        });
        if (lostAnswers.contains(number) || troubled == Trouble.ANSWER_LOST) {
            throw noAnswer(name);
        }
        return answer;
    }

    private RecordUnavailable noAnswer(String name) {
        time.sleep(GIVES_UP);
        return RecordUnavailable.of(name, ScriptedEc2.noAnswer());
    }
}
