package io.enifailover.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.enifailover.outage.Phase;
import io.enifailover.outage.ProbeSeries;
import io.enifailover.outage.Run;
import io.enifailover.outage.Sample;
import io.enifailover.outage.TimelineEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

/** One run of a scenario: a client measures all the while, and what was promised and does not hold is written down. */
final class Trial implements AutoCloseable {
    /** Enough to see that it stays that way. */
    private static final Duration AFTERWARDS = Duration.ofSeconds(1);

    private final Lab lab;
    private final Function<Consumer<Sample>, ProbeSeries> clients;
    private ProbeSeries client;
    private final AtomicReference<String> latest = new AtomicReference<>("");
    private final List<TimelineEvent> events = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final List<Phase> phases = new ArrayList<>();

    /** Begins when the client is served. */
    Trial(Lab lab) {
        this(lab, lab::client);
    }

    /** Begins when this client is served. */
    Trial(Lab lab, Function<Consumer<Sample>, ProbeSeries> clients) {
        this.lab = lab;
        this.clients = clients;
        client = clients.apply(this::note);
        expect(client.await(Sample::good, Duration.ofSeconds(10)), "a client is served before anything happens");
        Await.pause(AFTERWARDS);
    }

    private void note(Sample answer) {
        if (answer.good()) {
            latest.set(Objects.requireNonNullElse(answer.servedBy(), ""));
        }
    }

    /** Marks this moment in the picture. */
    void happens(String label) {
        // Who served before says nothing from now on.
        latest.set("");
        events.add(new TimelineEvent(Instant.now(), label));
    }

    /** Does something, marked in the picture. */
    void happens(String label, Runnable event) {
        happens(label);
        event.run();
    }

    /** Does something from which on the outage counts: what a new client sees is measured. */
    void happensAtZero(String label, Runnable event) {
        client.close();
        events.clear();
        client = clients.apply(this::note);
        happens(label, event);
    }

    /** Writes down a promise that does not hold. */
    void expect(boolean holds, String promise) {
        if (!holds) {
            failures.add(promise);
        }
    }

    /** Waits until the newest good answer is this machine's. */
    boolean isServedBy(Machine machine, Duration patience) {
        return Await.within(patience, () -> machine.id().equals(latest.get()));
    }

    void expectEqual(Object found, Object promised, String what) {
        expect(found.equals(promised), "%s: %s, found %s".formatted(what, promised, found));
    }

    void expectServedBy(Machine machine, Duration patience) {
        expect(
                isServedBy(machine, patience),
                "%s serves within %d s".formatted(lab.roleOf(machine), patience.toSeconds()));
    }

    /** Nobody but this machine, and no move, for that long. */
    void expectNoMove(Machine holder, Duration observed) throws JsonProcessingException {
        Await.pause(observed);
        expectNothingMoved();
        expect(holder.id().equals(lab.stack().holder()), lab.roleOf(holder) + " keeps the interface");
    }

    /** No request has failed so far. */
    void expectNoOutage() {
        var failed = client.soFar().failed();
        expect(failed == 0, "no request fails, %d did".formatted(failed));
    }

    /** A shorter one would mean that the lab does not do what it says. */
    void expectOutageOfAtLeast(Duration floor) {
        var moves = client.soFar().moves();
        var last = moves.isEmpty() ? Duration.ZERO : moves.get(moves.size() - 1).length();
        expect(last.compareTo(floor) >= 0, "no move is faster than EC2, this one took " + last);
    }

    /** Keeps the phases so far, before the record forgets them. */
    void keepPhases() throws JsonProcessingException {
        for (var entry : lab.history()) {
            phases.addAll(phases(entry));
        }
    }

    void expectNothingMoved() throws JsonProcessingException {
        var history = lab.history();
        expect(history.isEmpty(), "nothing is moved, the record has " + history);
    }

    /** The record tells of one move, from and to these, which ended well. */
    JsonNode expectRecord(Machine from, Machine to, boolean forced) throws JsonProcessingException {
        // Written after the client is served.
        var history = lab.history();
        for (int i = 0; i < 20 && history.isEmpty(); i++) {
            Await.pause(Duration.ofMillis(500));
            history = lab.history();
        }
        expect(history.size() == 1, "the record tells of one move, it tells of " + history.size());
        var move = history.isEmpty() ? MissingNode.getInstance() : history.get(0);
        expect(move.path("from").asText().equals(from.id()), "the record says from whom");
        expect(move.path("to").asText().equals(to.id()), "the record says to whom");
        expect(move.path("outcome").asText().equals("serves"), "the record says that the new holder serves");
        expect(move.path("forced").asBoolean() == forced, "the record says whether it took force");
        return move;
    }

    List<String> failures() {
        return failures;
    }

    @Override
    public void close() {
        client.close();
    }

    Run end() throws JsonProcessingException {
        Await.pause(AFTERWARDS);
        keepPhases();
        return new Run(client.stop(), phases, events, failures);
    }

    private static List<Phase> phases(JsonNode entry) {
        var phases = new ArrayList<Phase>();
        var start = Instant.parse(entry.required("at").asText());
        var milliseconds = entry.required("milliseconds");
        for (var before : List.of("detect", "decide")) {
            start = start.minusMillis(milliseconds.path(before).asLong());
        }
        for (var phase : milliseconds.properties()) {
            var length = Duration.ofMillis(phase.getValue().asLong());
            phases.add(new Phase(phase.getKey(), start, length));
            start = start.plus(length);
        }
        return phases;
    }
}
