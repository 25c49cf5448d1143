package io.enifailover.controller;

import io.enifailover.controller.Event.Order;
import io.enifailover.controller.Event.Order.Pause;
import io.enifailover.controller.Event.Order.Preflight;
import io.enifailover.controller.Event.Order.Release;
import io.enifailover.controller.Event.Order.Status;
import io.enifailover.controller.Lookout.Series;
import io.enifailover.controller.PairRecord.Entry;
import io.enifailover.controller.PairRecord.Hold;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the orders that move nothing. */
final class OrderDesk {
    private static final Logger LOG = LoggerFactory.getLogger(OrderDesk.class);
    private static final int RECENT = 10;

    private final Controller controller;
    private final PairRecord record;
    private final PreflightCheck preflight;
    private final Time time;

    OrderDesk(Controller controller, String interfaceId, Surroundings around) {
        this.controller = controller;
        this.record = around.records().apply(interfaceId);
        this.preflight = new PreflightCheck(
                new FloatingEni(around.ec2(), interfaceId), new Fleet(around.ec2(), interfaceId), record);
        this.time = around.time();
    }

    /**
     * Returns the answer, as it becomes JSON.
     *
     * @throws RecordUnavailable if the order is about the record, and that cannot be reached
     */
    Map<String, ?> answer(Order order) {
        if (order instanceof Pause pause) {
            var until = time.now().plus(pause.duration());
            record.hold(new Hold(until, pause.reason(), pause.by()));
            LOG.info("on hold until {}: {} ({})", until, pause.reason(), pause.by());
            return Map.of("hold", Map.of("until", until.toString(), "reason", pause.reason(), "by", pause.by()));
        }
        if (order instanceof Release release) {
            record.release();
            LOG.info("hold released by {}", release.by());
            return Map.of("hold", "none");
        }
        if (order instanceof Status) {
            return status(controller.observe(null, Series.GLANCE));
        }
        if (order instanceof Preflight) {
            return preflight.of(controller.observe(null, Series.GLANCE));
        }
        throw new IllegalArgumentException("order must be one that moves nothing, got " + order);
    }

    private Map<String, ?> status(Observation seen) {
        var memory = seen.memory();
        var status = new LinkedHashMap<String, @Nullable Object>();
        status.put("interface", seen.floating().toString());
        status.put("holder", seen.holder().map(Server::toString).orElse("none of the pair"));
        status.put("service", seen.service().toString());
        status.put(
                "servers",
                seen.servers().stream().map(server -> server(seen, server)).toList());
        status.put(
                "hold",
                memory.holdAt(seen.now())
                        .map(it -> it.until() + ": " + it.reason())
                        .orElse(null));
        status.put(
                "lease",
                memory.leaseAt(seen.now())
                        .map(it -> it.owner() + " to " + it.intent() + " until " + it.deadline())
                        .orElse(null));
        status.put("history", history());
        return status;
    }

    private static Map<String, ?> server(Observation seen, Server server) {
        var words = new LinkedHashMap<String, Object>();
        words.put("id", server.id());
        words.put("role", server.role().toString());
        words.put("power", server.power().toString());
        words.put("witness", server.own().toString());
        words.put("canTakeOver", Policy.readiness(seen, server));
        return words;
    }

    private List<Map<String, ?>> history() {
        try {
            return record.history(RECENT).stream()
                    .<Map<String, ?>>map(OrderDesk::entry)
                    .toList();
        } catch (RecordUnavailable e) {
            return List.of(Map.of("unavailable", String.valueOf(e.getMessage())));
        }
    }

    private static Map<String, ?> entry(Entry entry) {
        var words = new LinkedHashMap<String, @Nullable Object>();
        words.put("at", entry.at().toString());
        words.put("from", entry.from());
        words.put("to", entry.to());
        words.put("reason", entry.reason());
        words.put("by", entry.by());
        words.put("outcome", entry.outcome());
        words.put("forced", entry.forced());
        words.put("withoutLease", entry.withoutLease());
        var milliseconds = new LinkedHashMap<String, Long>();
        entry.phases().forEach((step, duration) -> milliseconds.put(step.toString(), duration.toMillis()));
        words.put("milliseconds", milliseconds);
        return words;
    }
}
