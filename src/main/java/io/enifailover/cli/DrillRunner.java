package io.enifailover.cli;

import io.enifailover.outage.Outage;
import io.enifailover.outage.ProbeSeries;
import io.enifailover.outage.Recording;
import io.enifailover.outage.Sample;
import io.enifailover.outage.TimelineEvent;
import io.enifailover.protocol.HealthCheck.Statuses;
import io.enifailover.protocol.MoveEntry;
import io.enifailover.protocol.PairStatus.ServerStatus;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs a drill: causes a failure, measures the outage from outside, and repairs the old holder. */
final class DrillRunner {
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(10);
    /** More than the cool-down and the longest move. */
    private static final Duration TAKEOVER = Duration.ofMinutes(5);

    private static final Duration RECOVERY = Duration.ofMinutes(10);
    /** How long to probe after the first good answer, to see an interruption that follows it. */
    private static final Duration AFTERMATH = Duration.ofSeconds(2);

    private static final Duration POLL = Duration.ofSeconds(3);
    /** How often to ask for the holder while answers do not tell which server gave them. */
    private static final Duration ASK = Duration.ofSeconds(1);

    private final Session session;
    private final Failure failure;
    private final URI url;
    private final Statuses success;
    private final Consumer<String> tell;
    private final List<TimelineEvent> events = new ArrayList<>();

    /**
     * The result of a drill.
     *
     * @param outage   as seen from here; null if the candidate did not take over, of zero length if no request failed
     * @param move     as the controller recorded it, or null if it recorded none
     * @param restored whether the old holder could take over again at the end
     */
    record Result(
            ServerStatus from,
            ServerStatus to,
            Recording recording,
            @Nullable Outage outage,
            @Nullable MoveEntry move,
            boolean restored,
            List<TimelineEvent> events) {
        boolean passed() {
            return outage != null && restored;
        }
    }

    /**
     * @param success HTTP statuses that count as success
     * @param tell    receives a line about each step
     */
    DrillRunner(Session session, Failure failure, URI url, Statuses success, Consumer<String> tell) {
        this.session = session;
        this.failure = failure;
        this.url = url;
        this.success = success;
        this.tell = tell;
    }

    Result run(ServerStatus holder, ServerStatus candidate) {
        Recording recording;
        boolean taken;
        try (var probing = session.cloud().probe(url, success)) {
            if (!probing.await(
                    answer -> served(answer, holder) || (answer.good() && answer.servedBy() == null), FIRST_ANSWER)) {
                throw CommandFailed.refused(
                        "the %s does not answer here at %s (%s): run the drill where clients are, or pass --url"
                                .formatted(holder, url, lastResult(probing)));
            }
            var began = session.waits().clock().instant();
            during(failure.description(), () -> {
                failure.inject(holder, candidate, session);
                return true;
            });
            happened(began, failure + ": " + failure.description() + " (" + holder.role() + ")");
            taken = during("Waiting for the " + candidate.role(), () -> taken(probing, candidate));
            if (taken) {
                happened(
                        named(probing)
                                ? "the " + candidate.role() + " answers"
                                : "the " + candidate.role() + " has the interface, and the service answers");
                session.waits().pass(AFTERMATH);
            } else {
                happened("the %s has not answered within %s".formatted(candidate.role(), Ages.of(TAKEOVER)));
            }
            recording = probing.stop().fromFirstGoodAnswer();
        }
        var restored = during("Waiting for the " + holder.role() + " to be ready again", () -> restored(holder));
        happened(
                restored
                        ? "the " + holder.role() + " is ready again"
                        : "the %s is not ready within %s".formatted(holder.role(), Ages.of(RECOVERY)));
        return new Result(
                holder,
                candidate,
                recording,
                taken ? outage(recording, candidate) : null,
                move(candidate),
                restored,
                events);
    }

    private boolean restored(ServerStatus holder) {
        var repaired = false;
        var started = false;
        for (var left = RECOVERY; left.compareTo(Duration.ZERO) > 0; left = left.minus(POLL)) {
            var now = session.status("").server(holder.id());
            var power = now.map(ServerStatus::power).orElse("");
            if (power.equals("running") && failure.repaired() != null && !repaired) {
                failure.repair(holder, session);
                happened(failure.repaired() + " (" + holder.role() + ")");
                repaired = true;
            } else if (power.equals("stopped") && !started) {
                // By this drill, or by the controller, which stops a server that does not release the interface.
                session.cloud().start(holder.id());
                happened("the " + holder.role() + " is started");
                started = true;
            } else if (now.filter(ServerStatus::ready).isPresent()) {
                return true;
            }
            if (!session.waits().pause().test(POLL)) {
                return false;
            }
        }
        return false;
    }

    /**
     * Whether the candidate serves: its answer says so, or it has the interface, which no other server can have, and a request
     * sent after that is answered.
     */
    private boolean taken(ProbeSeries probing, ServerStatus candidate) {
        for (var left = TAKEOVER; left.compareTo(Duration.ZERO) > 0; left = left.minus(ASK)) {
            if (probing.await(answer -> served(answer, candidate), ASK)) {
                return true;
            }
            if (!named(probing) && holds(candidate)) {
                var seen = probing.soFar().nanosAt(session.waits().clock().instant());
                return probing.await(answer -> answer.good() && answer.sent() >= seen, left);
            }
        }
        return false;
    }

    private boolean holds(ServerStatus server) {
        return session.status("")
                .server(server.id())
                .filter(ServerStatus::holds)
                .isPresent();
    }

    private static boolean named(ProbeSeries probing) {
        return probing.soFar().named();
    }

    /** Returns the outage in which the server changed, or the longest one if answers do not name their server. */
    private static @Nullable Outage outage(Recording recording, ServerStatus candidate) {
        if (!recording.named()) {
            return recording.longestInterruption();
        }
        return recording.moves().stream()
                .filter(outage -> candidate.id().equals(outage.to()))
                .findFirst()
                .orElse(null);
    }

    private @Nullable MoveEntry move(ServerStatus candidate) {
        return session.status("").history().stream()
                .filter(move -> candidate.id().equals(move.to()))
                .findFirst()
                .filter(move ->
                        events.isEmpty() || !move.at().isBefore(events.get(0).at()))
                .orElse(null);
    }

    private static boolean served(Sample answer, ServerStatus by) {
        return answer.good() && by.id().equals(answer.servedBy());
    }

    private static String lastResult(ProbeSeries probing) {
        var answers = probing.soFar().answers();
        return answers.isEmpty() ? "no answer" : answers.get(answers.size() - 1).result();
    }

    private <T> T during(String what, Supplier<T> work) {
        return new Progress(session.terminal()).during(what, work);
    }

    private void happened(String message) {
        happened(session.waits().clock().instant(), message);
    }

    private void happened(Instant at, String message) {
        var event = new TimelineEvent(at, message);
        events.add(event);
        tell.accept(Ages.time(event.at()) + "  " + message);
    }
}
