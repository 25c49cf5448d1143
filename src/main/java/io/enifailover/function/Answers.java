package io.enifailover.function;

import io.enifailover.function.Decision.MoveTo;
import io.enifailover.function.InterfaceState.Available;
import io.enifailover.function.InterfaceState.Held;
import io.enifailover.function.PairRecord.Entry;
import io.enifailover.function.PairRecord.Hold;
import io.enifailover.function.PairRecord.Lease;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the function answers, and tells others, as it becomes JSON: the one place that knows the names. */
final class Answers {
    private final String interfaceId;
    private final @Nullable URI serviceUrl;

    Answers(String interfaceId, @Nullable URI serviceUrl) {
        this.interfaceId = interfaceId;
        this.serviceUrl = serviceUrl;
    }

    /**
     * @param damped why an automatic move would be held back now, or null
     * @param history newest first, and empty if it cannot be read
     * @param recordError why hold, lease, taint or history are unknown, or null if they are known
     */
    Map<String, ?> status(
            Observation seen, @Nullable String damped, List<Entry> history, @Nullable String recordError) {
        var json = new LinkedHashMap<String, @Nullable Object>();
        json.put("time", seen.now().toString());
        json.put("interface", interfaceId);
        json.put("state", state(seen.floating()));
        json.put("holder", seen.floating() instanceof Held held ? holder(seen, held, history) : null);
        json.put("service", service(seen));
        json.put(
                "servers",
                seen.servers().stream().map(server -> server(seen, server)).toList());
        json.put("missing", seen.missing().stream().map(Answers::missing).toList());
        json.put("hold", seen.memory().holdAt(seen.now()).map(Answers::hold).orElse(null));
        json.put("lease", seen.memory().leaseAt(seen.now()).map(Answers::lease).orElse(null));
        json.put("damped", damped);
        json.put("recordError", recordError);
        json.put("history", entries(history));
        return json;
    }

    static Map<String, ?> history(List<Entry> history) {
        return Map.of("history", entries(history));
    }

    static Map<String, ?> preflight(List<Check> checks) {
        var json = new LinkedHashMap<String, Object>();
        json.put("ready", Readiness.ready(checks));
        json.put("checks", checks(checks));
        return json;
    }

    /** What an order would do. */
    static Map<String, ?> would(Decision decision) {
        var json = new LinkedHashMap<String, Object>();
        json.put("moved", false);
        json.put(
                "words",
                decision instanceof MoveTo to
                        ? "would move it to " + to.serverId()
                        : "would keep it: " + decision.reason());
        json.put("would", decision instanceof MoveTo);
        return json;
    }

    static Map<String, ?> hold(Hold hold) {
        var json = new LinkedHashMap<String, Object>();
        json.put("until", hold.until().toString());
        json.put("reason", hold.reason());
        json.put("by", hold.by());
        return json;
    }

    static Map<String, ?> entry(Entry entry) {
        var json = new LinkedHashMap<String, @Nullable Object>();
        json.put("id", entry.id());
        json.put("at", entry.at().toString());
        json.put("kind", entry.kind().toString());
        json.put("from", entry.from());
        json.put("to", entry.to());
        json.put("reason", entry.reason());
        json.put("by", entry.by());
        json.put("outcome", entry.outcome());
        json.put("forced", entry.forced());
        json.put("withoutLease", entry.withoutLease());
        json.put("outageMilliseconds", milliseconds(entry.outage()));
        var phases = new LinkedHashMap<String, Long>();
        entry.phases().forEach((step, duration) -> phases.put(step.toString(), Metric.milliseconds(duration)));
        json.put("milliseconds", phases);
        return json;
    }

    /** What a decision rests on, for the log. */
    static Map<String, ?> observation(Observation seen) {
        var json = new LinkedHashMap<String, @Nullable Object>();
        json.put("interface", seen.floating().toString());
        json.put("service", seen.service().name());
        json.put("reporter", seen.reporter());
        json.put(
                "servers",
                seen.servers().stream()
                        .map(server -> "%s is %s, %s"
                                .formatted(
                                        server,
                                        server.power().name().toLowerCase(Locale.ROOT),
                                        Policy.readiness(seen, server)))
                        .toList());
        json.put("hold", seen.memory().holdAt(seen.now()).map(Answers::hold).orElse(null));
        json.put(
                "recentMoves",
                seen.memory().recentMoves().stream().map(Object::toString).toList());
        json.put("recordError", seen.recordError());
        return json;
    }

    private static List<Map<String, ?>> entries(List<Entry> history) {
        return history.stream().<Map<String, ?>>map(Answers::entry).toList();
    }

    private static String state(InterfaceState floating) {
        if (floating instanceof Held held) {
            return held.status().name().toLowerCase(Locale.ROOT);
        }
        return floating instanceof Available ? "available" : "missing";
    }

    private static Map<String, ?> holder(Observation seen, Held held, List<Entry> history) {
        var came = history.stream()
                .filter(entry -> entry.moved() || entry.kind() == Kind.SWAP)
                .findFirst()
                .filter(entry -> held.holder().equals(entry.to()));
        var json = new LinkedHashMap<String, @Nullable Object>();
        json.put("id", held.holder());
        json.put("role", seen.holder().map(it -> it.role().toString()).orElse(null));
        json.put("since", came.map(it -> it.at().toString()).orElse(null));
        json.put("why", came.map(Entry::reason).orElse(null));
        return json;
    }

    private Map<String, ?> service(Observation seen) {
        var json = new LinkedHashMap<String, @Nullable Object>();
        json.put("url", serviceUrl == null ? null : serviceUrl.toString());
        json.put("verdict", seen.service().word());
        json.put("milliseconds", milliseconds(seen.latency()));
        return json;
    }

    private static Map<String, ?> server(Observation seen, Server server) {
        var checks = Readiness.checks(seen, server);
        var json = new LinkedHashMap<String, @Nullable Object>();
        json.put("id", server.id());
        json.put("role", server.role().toString());
        json.put("holds", seen.floating() instanceof Held held && held.holder().equals(server.id()));
        json.put("power", server.power().name().toLowerCase(Locale.ROOT));
        json.put("verdict", server.own().word());
        json.put(
                "tainted",
                Optional.ofNullable(seen.memory().tainted().get(server.id()))
                        .map(Object::toString)
                        .orElse(null));
        json.put("ready", Readiness.ready(checks));
        json.put("checks", checks(checks));
        return json;
    }

    private static Map<String, ?> missing(MissingServer server) {
        var json = new LinkedHashMap<String, Object>();
        json.put("role", server.role().toString());
        json.put("remedy", server.remedy());
        return json;
    }

    private static List<Map<String, String>> checks(List<Check> checks) {
        return checks.stream()
                .map(check -> {
                    var json = new LinkedHashMap<String, String>();
                    json.put("name", check.name());
                    json.put("state", check.state().toString());
                    json.put("detail", check.detail());
                    return (Map<String, String>) json;
                })
                .toList();
    }

    private static Map<String, ?> lease(Lease lease) {
        var json = new LinkedHashMap<String, Object>();
        json.put("owner", lease.owner());
        json.put("intent", lease.intent());
        json.put("deadline", lease.deadline().toString());
        return json;
    }

    private static @Nullable Long milliseconds(@Nullable Duration duration) {
        return duration == null ? null : Metric.milliseconds(duration);
    }
}
