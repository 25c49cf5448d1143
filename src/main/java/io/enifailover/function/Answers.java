package io.enifailover.function;

import io.enifailover.function.Decision.MoveTo;
import io.enifailover.function.InterfaceState.Available;
import io.enifailover.function.InterfaceState.Held;
import io.enifailover.function.PairRecord.Entry;
import io.enifailover.function.PairRecord.LastHeartbeat;
import io.enifailover.protocol.Answer.DryRunAnswer;
import io.enifailover.protocol.Answer.HistoryAnswer;
import io.enifailover.protocol.MoveEntry;
import io.enifailover.protocol.PairStatus;
import io.enifailover.protocol.PairStatus.ActiveServer;
import io.enifailover.protocol.PairStatus.LeaseStatus;
import io.enifailover.protocol.PairStatus.ServerStatus;
import io.enifailover.protocol.PairStatus.ServiceStatus;
import io.enifailover.protocol.WitnessedService;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Converts the function's own types into the answers, events and log fields that others read. */
final class Answers {
    private final String interfaceId;
    private final @Nullable WitnessedService service;

    Answers(String interfaceId, @Nullable WitnessedService service) {
        this.interfaceId = interfaceId;
        this.service = service;
    }

    /**
     * @param damped why the cool-down or the flap limit would prevent an automatic move now, or null
     * @param history newest first; empty if it cannot be read
     * @param recordError why hold, lease, taints and history are unknown, or null if they are known
     */
    PairStatus status(
            Observation observation, @Nullable String damped, List<Entry> history, @Nullable String recordError) {
        return new PairStatus(
                observation.now(),
                interfaceId,
                state(observation.floating()),
                observation.floating() instanceof Held held ? holder(observation, held, history) : null,
                new ServiceStatus(
                        service == null ? null : service.endpoint().toString(),
                        observation.service().word(),
                        milliseconds(observation.latency())),
                observation.servers().stream()
                        .map(server -> server(observation, server))
                        .toList(),
                observation.missing(),
                observation.recorded().holdAt(observation.now()).orElse(null),
                observation
                        .recorded()
                        .leaseAt(observation.now())
                        .map(lease -> new LeaseStatus(lease.owner(), lease.intent(), lease.deadline()))
                        .orElse(null),
                damped,
                recordError,
                entries(history));
    }

    /**
     * @param history newest first
     * @param heartbeats  last heartbeats, by instance id
     */
    static HistoryAnswer history(List<Entry> history, Map<String, LastHeartbeat> heartbeats) {
        return new HistoryAnswer(
                entries(history),
                history.stream()
                        .findFirst()
                        .flatMap(latest -> failedUnits(latest, heartbeats))
                        .orElse(null));
    }

    /** A heartbeat from before the end of the move does not tell what became of the units that the move has started. */
    private static Optional<String> failedUnits(Entry latest, Map<String, LastHeartbeat> heartbeats) {
        return Optional.ofNullable(latest.to())
                .map(heartbeats::get)
                .filter(pulse -> pulse.at().isAfter(latest.ended()))
                .map(LastHeartbeat::failedUnits)
                .filter(units -> !units.isEmpty());
    }

    /** Returns what an order would do. */
    static DryRunAnswer dryRun(Decision decision) {
        return decision instanceof MoveTo to
                ? new DryRunAnswer(true, "would move it to " + to.serverId())
                : new DryRunAnswer(false, "would keep it: " + decision.reason());
    }

    static MoveEntry entry(Entry entry) {
        var steps = new LinkedHashMap<String, Long>();
        entry.phases().forEach((step, duration) -> steps.put(step.toString(), Metric.milliseconds(duration)));
        return new MoveEntry(
                entry.id(),
                entry.at(),
                entry.kind().toString(),
                entry.from(),
                entry.to(),
                entry.reason(),
                entry.by(),
                entry.outcome(),
                entry.forced(),
                entry.withoutLease(),
                milliseconds(entry.outage()),
                steps);
    }

    /** Returns the observation behind a decision, for the log. */
    static Map<String, ?> observation(Observation observation) {
        var json = new LinkedHashMap<String, @Nullable Object>();
        json.put("interface", observation.floating().toString());
        json.put("service", observation.service().name());
        json.put("reporter", observation.reporter());
        json.put(
                "servers",
                observation.servers().stream()
                        .map(server -> "%s is %s, %s"
                                .formatted(
                                        server,
                                        server.power().name().toLowerCase(Locale.ROOT),
                                        Policy.readiness(observation, server)))
                        .toList());
        json.put("hold", observation.recorded().holdAt(observation.now()).orElse(null));
        json.put(
                "recentMoves",
                observation.recorded().recentMoves().stream()
                        .map(Object::toString)
                        .toList());
        json.put("recordError", observation.recordError());
        return json;
    }

    private static List<MoveEntry> entries(List<Entry> history) {
        return history.stream().map(Answers::entry).toList();
    }

    private static String state(InterfaceState floating) {
        if (floating instanceof Held held) {
            return held.status().name().toLowerCase(Locale.ROOT);
        }
        return floating instanceof Available ? "available" : "missing";
    }

    private static ActiveServer holder(Observation observation, Held held, List<Entry> history) {
        var arrival = history.stream()
                .filter(entry -> entry.moved() || entry.kind() == Kind.SWAP)
                .findFirst()
                .filter(entry -> held.holder().equals(entry.to()));
        return new ActiveServer(
                held.holder(),
                observation.holder().map(Server::role).orElse(null),
                arrival.map(Entry::at).orElse(null),
                arrival.map(Entry::reason).orElse(null));
    }

    private static ServerStatus server(Observation observation, Server server) {
        var checks = Readiness.checks(observation, server);
        return new ServerStatus(
                server.id(),
                server.role(),
                observation.floating() instanceof Held held && held.holder().equals(server.id()),
                server.power().name().toLowerCase(Locale.ROOT),
                server.health().word(),
                observation.recorded().tainted().get(server.id()),
                Readiness.ready(checks),
                checks);
    }

    private static @Nullable Long milliseconds(@Nullable Duration duration) {
        return duration == null ? null : Metric.milliseconds(duration);
    }
}
