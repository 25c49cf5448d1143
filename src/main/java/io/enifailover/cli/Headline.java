package io.enifailover.cli;

import io.enifailover.cli.Ink.Mood;
import io.enifailover.protocol.Hold;
import io.enifailover.protocol.PairStatus;
import io.enifailover.protocol.PairStatus.ServerStatus;
import java.time.Duration;

/** The state of the pair in one word and one sentence. */
record Headline(Mood mood, String word, String sentence) {

    static Headline of(PairStatus status) {
        if (status.moving()) {
            return new Headline(Mood.DOUBTFUL, "MOVING", moving(status));
        }
        var holder = status.holder();
        if (holder == null) {
            return new Headline(Mood.BAD, "DOWN", noHolder(status));
        }
        if (holder.role() == null) {
            return new Headline(
                    Mood.BAD,
                    "ASTRAY",
                    "The interface is at " + holder + ", which is not one of the pair's servers; " + remedy(status));
        }
        if (status.service().verdict().equals("fails")) {
            return new Headline(
                    Mood.BAD,
                    "DOWN",
                    "The " + holder.role() + " holds the interface but does not serve; " + remedy(status));
        }
        var now = "The " + holder.role() + (status.serves() ? " serves" : " holds the interface, unseen by a witness");
        var hold = status.hold();
        if (hold != null) {
            return new Headline(Mood.DOUBTFUL, "ON HOLD", now + "; nothing moves by itself " + until(status, hold));
        }
        return status.candidate()
                .map(candidate -> candidate.ready()
                        ? new Headline(Mood.GOOD, "OK", now + ", and the " + candidate.role() + " is ready.")
                        : new Headline(Mood.DOUBTFUL, "AT RISK", now + ", but " + obstacle(candidate)))
                .orElseGet(() -> new Headline(Mood.DOUBTFUL, "AT RISK", now + ", but " + noOtherServer(status)));
    }

    private static String moving(PairStatus status) {
        var lease = status.lease();
        if (lease == null) {
            return "The interface is " + status.state() + ".";
        }
        return "The interface is %s, on its way to %s."
                .formatted(
                        status.state(),
                        status.server(lease.intent())
                                .map(server -> "the " + server.role())
                                .orElse(lease.intent()));
    }

    private static String noHolder(PairStatus status) {
        return status.state().equals("available")
                ? "No server holds the interface; " + remedy(status)
                : "The interface %s is %s: deploy the stack again.".formatted(status.interfaceId(), status.state());
    }

    /** Returns what the controller will do, or what a person has to do. */
    private static String remedy(PairStatus status) {
        var fit = status.servers().stream()
                .filter(server -> !server.holds() && server.ready())
                .findFirst();
        if (fit.isEmpty()) {
            return status.servers().stream()
                    .filter(server -> !server.holds())
                    .map(Headline::obstacle)
                    .findFirst()
                    .orElseGet(() -> noOtherServer(status));
        }
        return status.hold() == null
                ? "the " + fit.get().role() + " is ready, and takes over within a minute."
                : "the %s is ready, but there is a hold: failover switch --to %s"
                        .formatted(fit.get().role(), fit.get().role());
    }

    private static String noOtherServer(PairStatus status) {
        return status.noCandidate()
                + (status.missing().isEmpty() ? "." : ": see \"Rebuild a server\" in docs/operations.md.");
    }

    private static String obstacle(ServerStatus server) {
        var why = server.failures();
        return "the " + server.role() + " could not take over" + (why.isEmpty() ? "." : " (" + why + ").");
    }

    private static String until(PairStatus status, Hold hold) {
        return "for " + Ages.of(Duration.between(status.time(), hold.until())) + ": " + hold.reason() + ".";
    }
}
