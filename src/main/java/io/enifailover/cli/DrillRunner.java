package io.enifailover.cli;

import io.enifailover.outage.Outage;
import io.enifailover.outage.ProbeSeries;
import io.enifailover.outage.Recording;
import io.enifailover.outage.Sample;
import io.enifailover.outage.TimelineEvent;
import io.enifailover.protocol.MoveEntry;
import io.enifailover.protocol.PairStatus.ServerStatus;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A rehearsed failure: measured from outside, and healed afterwards. */
final class DrillRunner {
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(10);
    /** More than the cool-down and the longest move. */
    private static final Duration TAKEOVER = Duration.ofMinutes(5);

    private static final Duration RECOVERY = Duration.ofMinutes(10);
    /** Goes on after the first good answer, so that an interruption just after it is seen too. */
    private static final Duration AFTERMATH = Duration.ofSeconds(2);

    private static final Duration LOOK = Duration.ofSeconds(3);

    private final Session session;
    private final Failure failure;
    private final URI url;
    private final Consumer<String> tell;
    private final List<TimelineEvent> events = new ArrayList<>();

    /**
     * What came of it.
     *
     * @param outage   as seen from here, or null if no server took over
     * @param move     as the controller recorded it, or null if it did not
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
     * @param tell hears of each step
     */
    DrillRunner(Session session, Failure failure, URI url, Consumer<String> tell) {
        this.session = session;
        this.failure = failure;
        this.url = url;
        this.tell = tell;
    }

    Result run(ServerStatus holder, ServerStatus candidate) {
        Recording recording;
        try (var probing = session.cloud().probe(url)) {
            if (!probing.await(answer -> served(answer, holder), FIRST_ANSWER)) {
                throw CommandFailed.refused(
                        "the %s does not answer here at %s (%s): run the drill where clients are, or pass --url"
                                .formatted(holder, url, lastResult(probing)));
            }
            happened(failure + ": " + failure.description() + " (" + holder.role() + ")");
            during(failure.description(), () -> {
                failure.inject(holder, candidate, session);
                return true;
            });
            var taken = during(
                    "Waiting for the " + candidate.role(),
                    () -> probing.await(answer -> served(answer, candidate), TAKEOVER));
            if (taken) {
                happened("the " + candidate.role() + " answers");
                session.waits().pass(AFTERMATH);
            } else {
                happened("the %s has not answered within %s".formatted(candidate.role(), Ages.of(TAKEOVER)));
            }
            recording = probing.stop();
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
                outage(recording, candidate).orElse(null),
                move(candidate),
                restored,
                events);
    }

    private boolean restored(ServerStatus holder) {
        var undone = false;
        var started = false;
        for (var left = RECOVERY; left.compareTo(Duration.ZERO) > 0; left = left.minus(LOOK)) {
            var now = session.status("").server(holder.id());
            var power = now.map(ServerStatus::power).orElse("");
            if (power.equals("running") && failure.undo() != null && !undone) {
                session.cloud().run(holder.id(), failure.undo());
                happened(failure.undo() + " (" + holder.role() + ")");
                undone = true;
            } else if (power.equals("stopped") && !started) {
                // By this drill, or by the controller, which fences a server that does not let go.
                session.cloud().start(holder.id());
                happened("the " + holder.role() + " is started");
                started = true;
            } else if (now.filter(ServerStatus::ready).isPresent()) {
                return true;
            }
            if (!session.waits().pause().test(LOOK)) {
                return false;
            }
        }
        return false;
    }

    private static Optional<Outage> outage(Recording recording, ServerStatus candidate) {
        return recording.moves().stream()
                .filter(outage -> candidate.id().equals(outage.to()))
                .findFirst();
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
        var event = new TimelineEvent(session.waits().clock().instant(), message);
        events.add(event);
        tell.accept(Ages.time(event.at()) + "  " + message);
    }
}
