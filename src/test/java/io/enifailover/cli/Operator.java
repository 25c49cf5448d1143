package io.enifailover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.enifailover.cli.Session.Waits;
import io.enifailover.cli.Terminal.Size;
import io.enifailover.outage.ProbeSeries;
import io.enifailover.outage.Recording;
import io.enifailover.outage.Sample;
import io.enifailover.protocol.HealthCheck.Statuses;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A person, or a script, with the whole command on a scripted controller: gives commands and reads what they print. */
final class Operator implements Cloud {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, Deque<Supplier<String>>> answers = new LinkedHashMap<>();
    private final Deque<Runnable> pauses = new ArrayDeque<>();
    final List<String> sent = new ArrayList<>();
    final List<String> asked = new ArrayList<>();
    final List<Line> log = new ArrayList<>();
    final List<String> done = new ArrayList<>();
    private final List<String> served = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-22T03:00:00Z");

    private @Nullable BiFunction<URI, Statuses, ProbeSeries> prober;

    /** Health check in the outputs of the stack. */
    String healthUrl = "http://203.0.113.10/healthz";

    @Nullable
    String healthCheck = "http:80/healthz";

    @Nullable
    RuntimeException logFailure;

    /** Why the server refuses to run a script. */
    @Nullable
    CommandFailed scriptRefused;

    boolean onTerminal;
    boolean looks = true;
    String typed = "";

    /** From the next call on this is what an order is answered; the last one counts on and on. */
    Operator answering(String order, JsonNode... told) {
        var queue = answers.computeIfAbsent(order, key -> new ArrayDeque<>());
        for (var answer : told) {
            queue.add(answer::toString);
        }
        return this;
    }

    /** Whatever is ordered is answered by this text. */
    Operator answeringText(String text) {
        for (var order : List.of("status", "history", "preflight", "switchover", "hold", "release")) {
            answers.put(order, new ArrayDeque<>(List.of(() -> text)));
        }
        return this;
    }

    /** Something happens while this order is carried out. */
    Operator doing(String order, Supplier<String> event) {
        answers.computeIfAbsent(order, key -> new ArrayDeque<>()).add(event);
        return this;
    }

    /** Probes a real server, in real time. */
    Operator probing(BiFunction<URI, Statuses, ProbeSeries> prober) {
        this.prober = prober;
        return this;
    }

    void waits(Duration duration) {
        now = now.plus(duration);
    }

    Operator failing(String order, RuntimeException failure) {
        answers.computeIfAbsent(order, key -> new ArrayDeque<>()).add(() -> {
            throw failure;
        });
        return this;
    }

    /** While a command waits, this happens; after the last one somebody presses Ctrl-C. */
    Operator then(Runnable event) {
        pauses.add(event);
        return this;
    }

    int gives(String... command) {
        var terminal = new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                onTerminal,
                onTerminal,
                () -> new Size(24, 80),
                question -> {
                    asked.add(question);
                    return typed;
                });
        return Failover.commandLine(
                        terminal, options -> this, new Waits(() -> prober == null ? now : Instant.now(), this::pause))
                .execute(command);
    }

    String printed() {
        return taken(out);
    }

    String complained() {
        return taken(err);
    }

    ObjectNode printedJson() {
        return Answers.object(printed());
    }

    /** Who answers the probes, one every 20 ms; a dash: nobody; a question mark: a server that does not say its name. */
    Operator served(String... servers) {
        served.addAll(List.of(servers));
        return this;
    }

    private List<Sample> answers() {
        var all = new ArrayList<Sample>();
        for (var server : served) {
            var sent = all.size() * 20_000_000L;
            all.add(
                    server.equals("-")
                            ? new Sample(sent, sent + 1_000_000, "refused", Statuses.DEFAULT, null)
                            : new Sample(
                                    sent,
                                    sent + 1_000_000,
                                    "200",
                                    Statuses.DEFAULT,
                                    server.equals("?") ? null : server));
        }
        return all;
    }

    /** Answers that are there already. */
    private record Tape(List<Sample> answers) implements ProbeSeries {
        @Override
        public Recording soFar() {
            return new Recording(Instant.parse("2026-11-22T03:00:00Z"), Duration.ofMillis(20), answers);
        }

        @Override
        public boolean await(Predicate<Sample> wanted, Duration patience) {
            return answers.stream().anyMatch(wanted);
        }

        @Override
        public Recording stop() {
            return soFar();
        }
    }

    private boolean pause(Duration duration) {
        now = now.plus(duration);
        var event = pauses.poll();
        if (event == null) {
            return false;
        }
        event.run();
        return true;
    }

    private static String taken(ByteArrayOutputStream stream) {
        var text = stream.toString(StandardCharsets.UTF_8);
        stream.reset();
        return text;
    }

    @Override
    public DeployedPair find(@Nullable String stack) {
        return new DeployedPair(
                stack == null ? "EniFailover" : stack,
                "us-east-1",
                "controller",
                "eni-0123456789abcdef0",
                null,
                healthUrl,
                healthCheck,
                "/controller");
    }

    @Override
    public String invoke(String function, String alias, String payload, Duration patience) throws NoSuchAlias {
        if (alias.equals("look") && !looks) {
            throw new NoSuchAlias();
        }
        sent.add(alias + " " + payload);
        var queue = answers.get(Answers.object(payload).path("order").asText());
        if (queue == null) {
            throw new AssertionError("nobody expected " + payload);
        }
        return (queue.size() > 1 ? queue.remove() : queue.element()).get();
    }

    @Override
    public List<Line> log(String group, Instant from) {
        if (logFailure != null) {
            throw logFailure;
        }
        return log.stream().filter(line -> !line.at().isBefore(from)).toList();
    }

    @Override
    public void run(String instanceId, String script) {
        done.add("run on " + instanceId + ": " + script);
        if (scriptRefused != null) {
            throw scriptRefused;
        }
    }

    @Override
    public ProbeSeries probe(URI url, Statuses success) {
        done.add("probe " + url);
        return prober == null ? new Tape(answers()) : prober.apply(url, success);
    }

    @Override
    public void stop(String instanceId) {
        done.add("stop " + instanceId);
    }

    @Override
    public void start(String instanceId) {
        done.add("start " + instanceId);
    }
}
