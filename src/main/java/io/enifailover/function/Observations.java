package io.enifailover.function;

import io.enifailover.function.Event.Trigger.Report;
import io.enifailover.function.HealthProber.ProbeTarget;
import io.enifailover.function.HealthProber.Series;
import io.enifailover.function.HealthProber.SeriesResult;
import io.enifailover.function.InterfaceState.Held;
import io.enifailover.function.PairRecord.PairState;
import io.enifailover.protocol.Endpoint;
import io.enifailover.protocol.WitnessedService;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Observes one floating interface and its servers: reads the record and EC2's state, and has the witness probe. */
final class Observations {
    private static final Logger LOG = LoggerFactory.getLogger(Observations.class);

    private final FloatingEni eni;
    private final PairServers pairServers;
    private final PairRecord record;
    private final HealthProber healthProber;
    private final Time time;
    private final @Nullable WitnessedService witnessed;

    /**
     * @param witnessed null if the function cannot reach the pair; the health of service and servers is then unknown
     */
    Observations(
            FloatingEni eni,
            PairServers pairServers,
            PairRecord record,
            HealthProber healthProber,
            @Nullable WitnessedService witnessed,
            Time time) {
        this.eni = eni;
        this.pairServers = pairServers;
        this.record = record;
        this.healthProber = healthProber;
        this.witnessed = witnessed;
        this.time = time;
    }

    /**
     * Observes everything once. Repeats a call to EC2 after a temporary error.
     *
     * @param report the report that triggered the observation, or null; ignored if it is out of date
     * @param deadlines only the overall one is used: it limits how long EC2 may take to answer
     * @throws MoveFailed if EC2 does not answer in time, or refuses
     */
    Observation observe(@Nullable Report report, Series series, Deadlines deadlines) {
        var memory = PairState.EMPTY;
        String recordError = null;
        try {
            memory = record.read();
        } catch (RecordUnavailable e) {
            LOG.warn("{}: deciding without the record: {}", eni, e.getMessage());
            recordError = e.getMessage();
        }
        var reporter = report != null && isFresh(report, memory) ? report.observer() : null;
        var steps = new Steps(time, deadlines);
        var shown = answered(eni::observe, steps);
        var floating = shown.state();
        var servers = answered(pairServers::servers, steps);
        var targets = new LinkedHashSet<ProbeTarget>();
        servers.forEach(server -> own(server, floating).ifPresent(targets::add));
        service(floating).ifPresent(targets::add);
        var results = healthProber.probe(targets, series);
        var service = service(floating).map(results::get).orElse(SeriesResult.NONE);
        return new Observation(
                time.now(),
                floating,
                shown.attached(),
                servers.stream()
                        .map(server -> server.withHealth(own(server, floating)
                                .map(results::get)
                                .orElse(SeriesResult.NONE)
                                .verdict()))
                        .toList(),
                service.verdict(),
                service.latency(),
                reporter,
                memory,
                recordError,
                !shown.hasAddress(),
                shown.endsWithHolder());
    }

    private boolean isFresh(Report report, PairState memory) {
        var last = memory.heartbeats().get(report.observer());
        var fresh = report.isFresh(time.now(), last == null ? Duration.ZERO : last.skew());
        if (!fresh) {
            LOG.info("{}: the {} is out of date or has no time", eni, report);
        }
        return fresh;
    }

    private <T> T answered(Supplier<T> call, Steps steps) {
        while (true) {
            steps.checkOverall();
            try {
                var answer = call.get();
                steps.checkOverall();
                return answer;
            } catch (CallFailed e) {
                if (!e.passing()) {
                    throw steps.failed(e.line(), e);
                }
                if (steps.blockedBy(e.line())) {
                    LOG.info("{}: {}", eni, e.line());
                }
                steps.rest();
            }
        }
    }

    private Optional<ProbeTarget> service(InterfaceState floating) {
        return witnessed != null && floating instanceof Held held
                ? Optional.of(new ProbeTarget(witnessed.endpoint(), held.holder()))
                : Optional.empty();
    }

    private Optional<ProbeTarget> own(Server server, InterfaceState floating) {
        if (witnessed == null || !server.running() || server.publicAddress() == null) {
            return Optional.empty();
        }
        var active = floating instanceof Held held && held.holder().equals(server.id());
        var check = active ? witnessed.check() : witnessed.standbyCheck();
        return check == null
                ? Optional.empty()
                : Optional.of(new ProbeTarget(new Endpoint(check, server.publicAddress()), server.id()));
    }
}
