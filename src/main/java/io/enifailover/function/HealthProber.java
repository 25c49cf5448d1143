package io.enifailover.function;

import io.enifailover.function.Server.Verdict;
import io.enifailover.protocol.Endpoint;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The witness at several addresses at once, some looks at each: N of M decide. */
final class HealthProber {
    private static final Duration PAUSE = Duration.ofMillis(300);

    /**
     * A number of looks.
     *
     * @param looks    at most, 1 or more
     * @param failures that make it a failure, 1 to looks
     */
    record Series(int looks, int failures) {
        /** Enough beside a second opinion: one good look, or two bad ones, since a single one may be lost. */
        static final Series GLANCE = new Series(2, 2);
        /** To notice. */
        static final Series SHORT = new Series(3, 2);
        /** To act without a second opinion: about ten seconds of failure. */
        static final Series LONG = new Series(16, 12);
    }

    /** An address, and the server that has to answer there. */
    record Place(Endpoint endpoint, String server) {}

    private final Function<Endpoint, Witness> witnesses;
    private final Executor executor;
    private final Time time;

    HealthProber(Function<Endpoint, Witness> witnesses, Executor executor, Time time) {
        this.witnesses = witnesses;
        this.executor = executor;
        this.time = time;
    }

    /**
     * What a series of looks came to.
     *
     * @param latency how long the last good look took, or null if there was none
     */
    record ProbeResult(Verdict verdict, @Nullable Duration latency) {
        static final ProbeResult NONE = new ProbeResult(Verdict.UNSEEN, null);
    }

    Map<Place, ProbeResult> look(Collection<Place> places, Series series) {
        var looks = new HashMap<Place, CompletableFuture<ProbeResult>>();
        places.forEach(place -> looks.put(place, CompletableFuture.supplyAsync(() -> look(place, series), executor)));
        var sightings = new HashMap<Place, ProbeResult>();
        looks.forEach((place, sighting) -> sightings.put(place, sighting.join()));
        return sightings;
    }

    private ProbeResult look(Place place, Series series) {
        var witness = witnesses.apply(place.endpoint());
        Duration latency = null;
        for (int seen = 0, failed = 0; ; time.sleep(PAUSE)) {
            var began = time.now();
            if (witness.look().provesThatServes(place.server())) {
                latency = Duration.between(began, time.now());
                seen++;
            } else {
                failed++;
            }
            if (failed >= series.failures()) {
                return new ProbeResult(series.equals(Series.LONG) ? Verdict.FAILS_FOR_LONG : Verdict.FAILS, latency);
            }
            if (seen > series.looks() - series.failures()) {
                return new ProbeResult(Verdict.SERVES, latency);
            }
        }
    }
}
