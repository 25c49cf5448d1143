package io.enifailover.function;

import io.enifailover.function.Event.Trigger.Report;
import io.enifailover.function.HealthProber.ProbeTarget;
import io.enifailover.function.HealthProber.Series;
import io.enifailover.function.HealthProber.SeriesResult;
import io.enifailover.function.InterfaceState.Held;
import io.enifailover.function.Observation.Evidence;
import io.enifailover.function.PairRecord.PairState;
import io.enifailover.function.Witness.Reaction;
import io.enifailover.protocol.Endpoint;
import io.enifailover.protocol.WitnessedService;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
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
    private final Executor executor;
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
            Executor executor,
            Time time) {
        this.eni = eni;
        this.pairServers = pairServers;
        this.record = record;
        this.healthProber = healthProber;
        this.witnessed = witnessed;
        this.executor = executor;
        this.time = time;
    }

    /**
     * Observes everything once: record, interface and servers at the same time, and after a report the service too; otherwise the
     * service as soon as its holder is known. Repeats a call to EC2 after a temporary error.
     *
     * @param report the report that triggered the observation, or null; ignored if it is out of date
     * @param deadlines only the overall one is used: it limits how long EC2 may take to answer
     * @throws MoveFailed if EC2 does not answer in time, or refuses
     */
    Observation observe(@Nullable Report report, Series series, Deadlines deadlines) {
        var began = time.now();
        // Their time begins now, and not when a thread is free.
        var showingSteps = new Steps(time, deadlines);
        var listingSteps = new Steps(time, deadlines);
        var reading = async(this::read);
        var showing = async(() -> answered(eni::observe, showingSteps));
        var early = series.equals(Series.QUICK)
                ? probe(service(() -> holder(joined(showing).state())), series)
                : null;
        var listing = async(() -> answered(pairServers::servers, listingSteps));
        var shown = joined(showing);
        var probingService = !(shown.state() instanceof Held held)
                ? CompletableFuture.completedFuture(SeriesResult.NONE)
                : early != null ? early : probe(service(held::holder), series);
        var probingServers = new LinkedHashMap<Server, CompletableFuture<SeriesResult>>();
        joined(listing).forEach(server -> probingServers.put(server, probe(own(server, shown.state()), series)));
        var recorded = joined(reading);
        var service = joined(probingService);
        var servers = new ArrayList<Server>();
        var own = SeriesResult.NONE;
        for (var server : probingServers.keySet()) {
            var result = joined(probingServers.get(server));
            own = isHolder(server, shown.state()) ? result : own;
            servers.add(server.withHealth(result.verdict()));
        }
        return new Observation(
                time.now(),
                shown.state(),
                shown.attached(),
                List.copyOf(servers),
                service.verdict(),
                evidence(service, own, series),
                service.latency(),
                report != null && isFresh(report, recorded.state(), began) ? report.observer() : null,
                recorded.state(),
                recorded.error(),
                !shown.hasAddress(),
                shown.endsWithHolder());
    }

    /** What could be read of the record, or why nothing could. */
    private record Recorded(PairState state, @Nullable String error) {}

    private Recorded read() {
        try {
            return new Recorded(record.read(), null);
        } catch (RecordUnavailable e) {
            LOG.warn("{}: deciding without the record: {}", eni, e.getMessage());
            return new Recorded(PairState.EMPTY, e.getMessage());
        }
    }

    /** @param own the result at the holder's own address */
    private static Evidence evidence(SeriesResult service, SeriesResult own, Series series) {
        if (service.reaction() == Reaction.SILENCE && own.reaction() == Reaction.SILENCE) {
            return Evidence.SILENT;
        }
        return series.equals(Series.QUICK) && service.reaction() != Reaction.REFUSAL
                ? Evidence.UNCLEAR
                : Evidence.CLEAR;
    }

    private <T> CompletableFuture<T> async(Supplier<T> call) {
        return CompletableFuture.supplyAsync(call, executor);
    }

    private <T> T joined(CompletableFuture<T> running) {
        try {
            return time.await(running);
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private CompletableFuture<SeriesResult> probe(Optional<ProbeTarget> target, Series series) {
        return target.map(it -> healthProber.probe(it, series))
                .orElseGet(() -> CompletableFuture.completedFuture(SeriesResult.NONE));
    }

    private boolean isFresh(Report report, PairState recorded, Instant began) {
        var last = recorded.heartbeats().get(report.observer());
        var fresh = report.isFresh(began, last == null ? Duration.ZERO : last.skew());
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

    private Optional<ProbeTarget> service(Supplier<String> holder) {
        return Optional.ofNullable(witnessed).map(it -> new ProbeTarget(it.endpoint(), holder));
    }

    private static boolean isHolder(Server server, InterfaceState floating) {
        return holder(floating).equals(server.id());
    }

    /** The holder, or an empty text if there is none. */
    private static String holder(InterfaceState floating) {
        return floating instanceof Held held ? held.holder() : "";
    }

    private Optional<ProbeTarget> own(Server server, InterfaceState floating) {
        if (witnessed == null || !server.running() || server.publicAddress() == null) {
            return Optional.empty();
        }
        var check = isHolder(server, floating) ? witnessed.check() : witnessed.standbyCheck();
        return check == null
                ? Optional.empty()
                : Optional.of(new ProbeTarget(new Endpoint(check, server.publicAddress()), server.id()));
    }
}
