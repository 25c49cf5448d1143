package io.enifailover.function;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.enifailover.function.Decision.Keep;
import io.enifailover.function.Decision.MoveTo;
import io.enifailover.function.InterfaceState.Held;
import io.enifailover.function.InterfaceState.Status;
import io.enifailover.function.Observation.Evidence;
import io.enifailover.function.PairRecord.Entry;
import io.enifailover.function.PairRecord.PairState;
import io.enifailover.function.Server.Power;
import io.enifailover.function.Server.Verdict;
import io.enifailover.protocol.Alert;
import io.enifailover.protocol.Fencing;
import io.enifailover.protocol.Role;
import io.enifailover.protocol.Step;
import io.enifailover.simulation.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All that the controller can tell, told once: what shows or reads it is held against this. */
public final class Lines {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant NOW = Instant.parse("2026-11-22T03:00:00Z");

    private final List<String> written = new ArrayList<>();
    private final Map<String, JsonNode> events = new LinkedHashMap<>();

    public Lines() {
        var telemetry = new Telemetry(
                "eni-0123",
                new Journal("eni-0123", written::add, new VirtualTime()),
                (type, detail) -> events.put(type, JSON.valueToTree(detail)));
        var observation = observation();
        for (var kind : Kind.values()) {
            telemetry.moved(request(kind, observation), entry(kind), null);
        }
        var failure = new MoveFailed(Step.ATTACH, Duration.ofSeconds(9), "not done", null);
        telemetry.moved(request(Kind.SWAP, observation), entry(Kind.SWAP), failure);
        for (var refusal : Refusal.values()) {
            telemetry.kept("who", observation, new Keep("why", null, refusal));
        }
        telemetry.kept("who", observation, new Keep("why", Alert.REPORT_CONTRADICTED, null));
        telemetry.measured(observation, false);
        telemetry.gaveWay("who", "whom");
        telemetry.failed(new IllegalStateException("why"));
    }

    /** Returns the lines as they are in the log. */
    public List<String> written() {
        return List.copyOf(written);
    }

    /** Returns each metric by its name, and besides with its second dimension and each value of it. */
    public Set<String> metrics() {
        return lines().flatMap(line -> line.at("/_aws/CloudWatchMetrics")
                        .valueStream()
                        .flatMap(directive -> directive
                                .path("Dimensions")
                                .valueStream()
                                .map(dimensions -> dimensions
                                        .valueStream()
                                        .skip(1)
                                        .map(JsonNode::asText)
                                        .map(dimension -> " " + dimension + " "
                                                + line.path(dimension).asText())
                                        .collect(Collectors.joining()))
                                .map(besides -> directive.at("/Metrics/0/Name").asText() + besides)))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Returns every value that a field has anywhere. */
    public Set<String> values(String field) {
        return lines().map(line -> line.at("/" + field.replace('.', '/')))
                .filter(value -> !value.isMissingNode())
                .map(JsonNode::asText)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Returns what is told with the last event of that type. */
    public JsonNode detail(String type) {
        return Objects.requireNonNull(events.get(type), type);
    }

    private Stream<JsonNode> lines() {
        return written.stream().map(Lines::read);
    }

    static JsonNode read(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(line, e);
        }
    }

    private static MoveRequest request(Kind kind, Observation observation) {
        return new MoveRequest(
                new Invocation("id", "who", NOW, NOW),
                new MoveTo("i-2", kind, "why"),
                observation,
                null,
                Fencing.NONE,
                recorded -> new MoveTo("i-2", kind, "why"));
    }

    private static Entry entry(Kind kind) {
        var phases =
                Arrays.stream(Step.values()).collect(Collectors.toMap(Function.identity(), it -> Duration.ofMillis(9)));
        var outage = Duration.ofMillis(5400);
        return new Entry("id", NOW, kind, "why", "who", "i-1", "i-2", "serves", false, false, outage, phases);
    }

    private static Observation observation() {
        var servers = Stream.of(Role.values())
                .map(role -> new Server(
                        role == Role.PRIMARY ? "i-1" : "i-2",
                        role,
                        Power.RUNNING,
                        NOW,
                        "us-east-1a",
                        true,
                        "203.0.113.1",
                        Verdict.SERVES))
                .toList();
        var floating = new Held("eni-attach-1", "i-1", Status.ATTACHED);
        return new Observation(
                NOW,
                floating,
                null,
                servers,
                Verdict.SERVES,
                Evidence.CLEAR,
                Duration.ofMillis(9),
                null,
                PairState.EMPTY,
                null,
                false,
                false);
    }
}
