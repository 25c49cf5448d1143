package io.enifailover.function;

import io.enifailover.function.Server.Verdict;
import io.enifailover.function.Witness.Reaction;
import io.enifailover.protocol.Endpoint;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Probes several addresses at once, each with a series of probes of which N of M decide. */
final class HealthProber {
    private static final Duration PAUSE = Duration.ofMillis(300);

    /** At most, between the beginnings of two probes that confirm a report. */
    private static final Duration SHORT_PAUSE = Duration.ofMillis(250);

    private static final Series ONE = new Series(1, 1);

    /**
     * How many probes decide.
     *
     * @param probes   at most, 1 or more
     * @param failures that make it a failure, 1 to probes
     */
    record Series(int probes, int failures) {
        /** Enough together with a report: one probe that passes, or two that fail alike, because a single one may be lost. */
        static final Series QUICK = new Series(2, 2);
        /** Enough together with a report if two probes have failed differently: one that passes, or three more that fail. */
        static final Series AGAIN = new Series(3, 3);
        /** Enough to detect a failure. */
        static final Series SHORT = new Series(3, 2);
        /** Enough to act without a report: about ten seconds of failure. */
        static final Series LONG = new Series(16, 12);
    }

    /**
     * An address, and the server that has to answer there.
     *
     * @param server asked for once a probe has been answered
     */
    record ProbeTarget(Endpoint endpoint, Supplier<String> server) {
        ProbeTarget(Endpoint endpoint, String server) {
            this(endpoint, () -> server);
        }
    }

    private final Function<Endpoint, Witness> witnesses;
    private final Executor executor;
    private final Time time;

    HealthProber(Function<Endpoint, Witness> witnesses, Executor executor, Time time) {
        this.witnesses = witnesses;
        this.executor = executor;
        this.time = time;
    }

    /**
     * The outcome of a series of probes.
     *
     * @param latency how long the last probe that passed took, or null if none did
     * @param reaction what every probe met with, or null if that differed or there was none
     */
    record SeriesResult(
            Verdict verdict,
            @Nullable Duration latency,
            @Nullable Reaction reaction) {
        static final SeriesResult NONE = new SeriesResult(Verdict.UNSEEN, null, null);

        /** The verdict of this one, the later of two, together with the reaction that both met with. */
        private SeriesResult after(SeriesResult earlier) {
            return new SeriesResult(verdict, latency, reaction == earlier.reaction ? reaction : null);
        }
    }

    /**
     * Begins a series of probes. Together with a report, two failed probes decide. The second one begins once the
     * first one has failed, and does not wait for a slow answer.
     */
    CompletableFuture<SeriesResult> probe(ProbeTarget target, Series series) {
        if (!series.equals(Series.QUICK)) {
            return CompletableFuture.supplyAsync(() -> run(target, series), executor);
        }
        var first = CompletableFuture.supplyAsync(() -> run(target, ONE), executor);
        var pause = first.isDone() ? first : CompletableFuture.runAsync(() -> time.sleep(SHORT_PAUSE), executor);
        var second = CompletableFuture.anyOf(first, pause)
                .thenApplyAsync(any -> passed(first) ? first.join() : run(target, ONE), executor);
        return first.thenCompose(result -> passed(first) ? first : second.thenApply(later -> later.after(result)));
    }

    private static boolean passed(CompletableFuture<SeriesResult> probe) {
        return probe.isDone() && probe.join().verdict() == Verdict.SERVES;
    }

    private SeriesResult run(ProbeTarget target, Series series) {
        var witness = witnesses.apply(target.endpoint());
        Duration latency = null;
        var reactions = EnumSet.noneOf(Reaction.class);
        for (int passed = 0, failed = 0; ; time.sleep(PAUSE)) {
            var began = time.now();
            var probe = witness.probe();
            // Before its server is asked for, which may have to wait for EC2.
            var ended = time.now();
            reactions.add(probe.reaction());
            if (probe.provesThatServes(target.server().get())) {
                latency = Duration.between(began, ended);
                passed++;
            } else {
                failed++;
            }
            if (failed >= series.failures()) {
                var verdict = series.equals(Series.LONG) ? Verdict.FAILS_FOR_LONG : Verdict.FAILS;
                return new SeriesResult(verdict, latency, only(reactions));
            }
            if (passed > series.probes() - series.failures()) {
                return new SeriesResult(Verdict.SERVES, latency, only(reactions));
            }
        }
    }

    private static @Nullable Reaction only(Set<Reaction> reactions) {
        return reactions.size() == 1 ? reactions.iterator().next() : null;
    }
}
