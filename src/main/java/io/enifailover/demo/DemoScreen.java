package io.enifailover.demo;

import io.enifailover.demo.DemoFunction.LastAnswer;
import io.enifailover.demo.OperatorCommand.Printed;
import io.enifailover.outage.Recording;
import io.enifailover.outage.Sample;
import io.enifailover.outage.TimelineEvent;
import io.enifailover.protocol.HealthCheck.Statuses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the demonstration shows: written by the run, and read by pages and terminals. */
final class DemoScreen {
    private static final int MOST_LINES = 2_000;

    /**
     * What is so at this moment.
     *
     * @param at        since the beginning
     * @param floating  state of the interface
     * @param holder    server that it belongs to, or null
     * @param faults    those that go on, such as {@code crash primary}
     * @param lastAnswer of the function
     * @param run       everything that a repetition needs
     */
    record World(
            Duration at,
            String floating,
            @Nullable String holder,
            List<ShownServer> servers,
            List<String> faults,
            List<TimelineEvent> events,
            @Nullable LastAnswer lastAnswer,
            String run) {}

    /**
     * A server.
     *
     * @param state     as EC2 shows it
     * @param condition in truth
     * @param current   whether no deployment is replacing it
     */
    record ShownServer(String id, String role, String state, String condition, boolean current) {}

    /**
     * What the operator's command prints.
     *
     * @param ordered what the last order printed, with the order
     * @param moves   the function's answer to the order for its history
     */
    record Texts(String status, String history, String log, String ordered, String moves) {}

    private final List<Printed> lines = new ArrayList<>();
    private final List<@Nullable String> servedBy = new ArrayList<>();
    private final Map<String, String> roles = new LinkedHashMap<>();
    private World world = new World(Duration.ZERO, "available", null, List.of(), List.of(), List.of(), null, "");
    private Texts texts = new Texts("", "", "", "", "{}");

    synchronized void show(World value, @Nullable String served) {
        world = value;
        servedBy.add(served);
        value.servers().forEach(server -> roles.put(server.id(), server.role()));
    }

    synchronized void texts(String status, String history, String log, String moves) {
        texts = new Texts(status, history, log, texts.ordered(), moves);
    }

    synchronized void ordered(String command, String printed) {
        texts = new Texts(
                texts.status(), texts.history(), texts.log(), "$ failover " + command + "\n" + printed, texts.moves());
    }

    synchronized void printed(Printed line) {
        lines.add(line);
        if (lines.size() > MOST_LINES) {
            lines.remove(0);
        }
    }

    synchronized List<Printed> printed() {
        return List.copyOf(lines);
    }

    synchronized World world() {
        return world;
    }

    synchronized Texts texts() {
        return texts;
    }

    synchronized int requests() {
        return servedBy.size();
    }

    /** Returns who answered each request of the client from this one on: p, s, or - for no answer. */
    synchronized String answers(int from) {
        var answers = new StringBuilder();
        for (var server : servedBy.subList(Math.min(from, servedBy.size()), servedBy.size())) {
            answers.append(
                    server == null ? '-' : roles.getOrDefault(server, "?").charAt(0));
        }
        return answers.toString();
    }

    synchronized Map<String, String> roles() {
        return new LinkedHashMap<>(roles);
    }

    /** Returns what the client saw from the beginning on. */
    synchronized Recording recording(Duration every, Duration took) {
        var samples = new ArrayList<Sample>();
        for (var server : servedBy) {
            var sent = every.toNanos() * samples.size();
            samples.add(new Sample(
                    sent, sent + took.toNanos(), server == null ? "timeout" : "200", Statuses.DEFAULT, server));
        }
        return new Recording(DemoPair.ZERO, every, samples);
    }
}
