package io.enifailover.function;

import com.fasterxml.jackson.core.type.TypeReference;
import io.enifailover.function.Decision.Keep;
import io.enifailover.function.InterfaceState.Held;
import io.enifailover.function.PairRecord.Entry;
import io.enifailover.protocol.Alert;
import io.enifailover.protocol.MetricNames;
import io.enifailover.protocol.Role;
import io.enifailover.protocol.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** Reports moves, refusals and measurements to the log, the metrics and the event bus. */
final class Telemetry {
    private static final String SEE_STATUS = "See: failover status";
    private static final TypeReference<Map<String, @Nullable Object>> FIELDS = new TypeReference<>() {};

    private final String interfaceId;
    private final Journal journal;
    private final Bus bus;

    Telemetry(String interfaceId, Journal journal, Bus bus) {
        this.interfaceId = interfaceId;
        this.journal = journal;
        this.bus = bus;
    }

    /** Reports a move that changed something, whether it succeeded or failed. */
    void moved(MoveRequest request, Entry entry, @Nullable MoveFailed failure) {
        var late = failure != null
                || entry.phases().containsKey(Step.FORCE)
                || entry.phases().containsKey(Step.STOP);
        var metrics = new ArrayList<Metric>();
        if (failure == null) {
            metrics.add(Metric.one(MetricNames.MOVES, MetricNames.KIND));
        }
        entry.phases().forEach((step, took) -> {
            if (step != Step.OBSERVE) {
                metrics.add(Metric.of(step.metric(), took));
            }
        });
        Optional.ofNullable(entry.outage()).ifPresent(outage -> metrics.add(Metric.of(MetricNames.OUTAGE, outage)));
        if (late) {
            metrics.add(Metric.one(MetricNames.OVER_TIME, null));
        }
        var fields = new LinkedHashMap<String, @Nullable Object>();
        fields.put(MetricNames.KIND, entry.kind().toString());
        fields.put("trigger", entry.by());
        fields.put("reason", entry.reason());
        fields.put("move", Answers.entry(entry));
        fields.put("observation", Answers.observation(request.observation()));
        journal.write(
                late ? Level.WARN : Level.INFO, failure == null ? "moved" : "failed", fields, List.copyOf(metrics));
        bus.send(failure == null ? EventBus.MOVED : EventBus.ALERT, detail(entry, failure));
    }

    /** Reports that nothing was changed, if a move was refused or there is an alert. */
    void kept(String by, Observation observation, Keep keep) {
        var metrics = new ArrayList<Metric>();
        if (keep.refusal() != null) {
            metrics.add(Metric.one(MetricNames.REFUSED, MetricNames.REASON));
        }
        if (keep.refusal() == Refusal.FLAPPING) {
            metrics.add(Metric.one(MetricNames.FLAPPING_HELD, null));
        }
        if (keep.refusal() == null && keep.alert() == null) {
            return;
        }
        var fields = new LinkedHashMap<String, @Nullable Object>();
        if (keep.refusal() != null) {
            fields.put(MetricNames.REASON, keep.refusal().toString());
        }
        fields.put("alert", keep.alert());
        fields.put("trigger", by);
        fields.put("reason", keep.reason());
        fields.put("observation", Answers.observation(observation));
        journal.write(
                keep.alert() == null ? Level.INFO : Level.WARN,
                keep.refusal() == null ? "alert" : "refused",
                fields,
                List.copyOf(metrics));
    }

    /**
     * Tells that units of failover-active.target have failed on a server. A heartbeat does not tell whether the server holds
     * the interface; the status does.
     */
    void unitsFailed(Role role, String server, String units) {
        var reason = "failed on the %s %s: %s".formatted(role, server, units);
        var fields = new LinkedHashMap<String, Object>();
        fields.put("alert", Alert.UNIT_FAILED);
        fields.put("trigger", "heartbeat of " + server);
        fields.put("reason", reason);
        journal.write(Level.WARN, "alert", fields, List.of());
        var detail = new LinkedHashMap<String, Object>();
        detail.put("interface", interfaceId);
        detail.put("means", "Units of failover-active.target " + reason + ".");
        detail.put("do", "On that server: systemctl status " + units + ". " + SEE_STATUS);
        bus.send(EventBus.ALERT, detail);
    }

    /** Writes the metrics of the present state; called once a minute. */
    void measured(Observation observation, boolean bothDown) {
        var metrics = new ArrayList<Metric>();
        metrics.add(Metric.of(
                MetricNames.HOLDER,
                observation
                        .holder()
                        .map(holder -> holder.role() == Role.PRIMARY ? 1 : 2)
                        .orElse(0)));
        metrics.add(Metric.of(MetricNames.CANDIDATE_READY, Readiness.candidateReady(observation)));
        if (observation.service() != Server.Verdict.UNSEEN || !(observation.floating() instanceof Held)) {
            metrics.add(Metric.of(MetricNames.SERVING, observation.service() == Server.Verdict.SERVES));
        }
        metrics.add(Metric.of(MetricNames.BOTH_DOWN, bothDown));
        metrics.add(
                Metric.of(MetricNames.TAINTED, observation.recorded().tainted().size()));
        Optional.ofNullable(observation.latency())
                .ifPresent(latency -> metrics.add(Metric.of(MetricNames.WITNESS_LATENCY, latency)));
        journal.write(Level.INFO, "measured", Map.of(), List.copyOf(metrics));
    }

    /** Logs that this call gave way to another controller. */
    void gaveWay(String by, String to) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("trigger", by);
        fields.put("reason", "gave way to " + to);
        journal.write(Level.INFO, "gave way", fields, List.of(Metric.one(MetricNames.LEASE_CONFLICTS, null)));
    }

    /** Logs a call that failed, or that could not do what it was called for. */
    void failed(RuntimeException why) {
        journal.write(
                Level.ERROR,
                "error",
                Map.of("reason", CallFailed.oneLine(String.valueOf(why))),
                List.of(Metric.one(MetricNames.ERRORS, null)));
    }

    private Map<String, ?> detail(Entry entry, @Nullable MoveFailed failure) {
        var detail = new LinkedHashMap<String, @Nullable Object>();
        detail.put("interface", interfaceId);
        detail.putAll(FunctionJson.MAPPER.convertValue(Answers.entry(entry), FIELDS));
        if (failure == null) {
            detail.put("means", "%s now holds the floating interface: %s.".formatted(entry.to(), entry.reason()));
            detail.put(
                    "do",
                    entry.kind() == Kind.FAILOVER
                            ? "Find out what was wrong with " + entry.from() + ", and whether it can take over again. "
                                    + SEE_STATUS
                            : "Nothing. " + SEE_STATUS);
        } else {
            detail.put(
                    "means",
                    "The move of the floating interface to %s failed: %s.".formatted(entry.to(), failure.getMessage()));
            detail.put("do", "The controller tries again every minute; remove the cause of the failure. " + SEE_STATUS);
        }
        return detail;
    }
}
