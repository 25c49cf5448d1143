package io.enifailover.function;

import io.enifailover.function.Decision.Keep;
import io.enifailover.function.Decision.LookAgain;
import io.enifailover.function.Decision.MoveTo;
import io.enifailover.function.Decision.Refusal;
import io.enifailover.function.HealthProber.Series;
import io.enifailover.function.InterfaceState.Gone;
import io.enifailover.function.InterfaceState.Held;
import io.enifailover.function.InterfaceState.Status;
import io.enifailover.function.PairRecord.Lease;
import io.enifailover.function.Server.Verdict;
import io.enifailover.protocol.Alert;
import io.enifailover.protocol.FailoverSettings;
import io.enifailover.protocol.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides who holds the floating interface. A pure function; the first row that fits counts.
 *
 * <p>A false failover costs seconds, a missed one costs until a person wakes up: where the evidence is incomplete it leans
 * to moving, and the cool-down and the flap limit bound what that can cost.
 *
 * @param settings of which cool-down, flap limit and failback count here
 */
record Policy(FailoverSettings settings) {
    /** A heartbeat that did not come, and half a minute: a watch sends one each minute. */
    private static final Duration SILENCE = Duration.ofSeconds(90);

    /** Decides about what was observed, without an order. */
    Decision decide(Observation seen) {
        var busy = busy(seen);
        if (busy.isPresent()) {
            return busy.get();
        }
        return held(seen)
                .<Decision>map(reason -> new Keep(reason, null, free(seen) instanceof MoveTo ? Refusal.HOLD : null))
                .orElseGet(() -> free(seen));
    }

    private static Optional<String> held(Observation seen) {
        return seen.memory().holdAt(seen.now()).map(hold -> "on hold until " + hold.until() + ": " + hold.reason());
    }

    /** Decides as if there were no hold. */
    private Decision free(Observation seen) {
        if (!(seen.floating() instanceof Held held) || held.status() == Status.DETACHING) {
            return finish(seen);
        }
        var failure = failure(seen, held);
        if (failure.isPresent()) {
            return failure.get() instanceof MoveTo move ? damped(seen, move) : failure.get();
        }
        return backToThePrimary(seen).orElseGet(() -> serving(seen, held));
    }

    /**
     * Decides about an operator's order, which counts under a hold and within the cool-down too.
     *
     * @param to role of the server asked for, or null for the other one
     */
    Decision decide(Observation seen, @Nullable Role to) {
        var busy = busy(seen);
        if (busy.isPresent()) {
            return busy.get();
        }
        var holder = seen.holder();
        if (to != null && holder.filter(it -> it.role() == to).isPresent() && settled(seen)) {
            return keep("the " + to + " holds the interface already");
        }
        Predicate<Server> asked = server ->
                to == null ? holder.filter(it -> it.id().equals(server.id())).isEmpty() : server.role() == to;
        var target = best(seen, asked.and(server -> obstacle(seen, server).isEmpty()));
        if (target.isEmpty()) {
            return refused(obstacles(seen, asked));
        }
        if (target.get().own().fails() && seen.service() == Verdict.SERVES) {
            return refused("the witness sees that " + target.get() + " does not serve, and that the holder does");
        }
        return new MoveTo(target.get().id(), Kind.SWITCHOVER, "ordered");
    }

    /** Decides about a drill, which goes to this role unless there is a hold. */
    Decision rehearse(Observation seen, Role to) {
        return held(seen)
                .<Decision>map(reason -> new Keep(reason, null, Refusal.HOLD))
                .orElseGet(() -> decide(seen, to));
    }

    private Optional<Decision> busy(Observation seen) {
        if (seen.floating() instanceof Gone) {
            return Optional.of(new Keep("the interface is not found", Alert.INTERFACE_MISSING, null));
        }
        return seen.memory()
                .leaseAt(seen.now())
                .map(lease -> keep("%s is moving it to %s, by a lease until %s"
                        .formatted(lease.owner(), lease.intent(), lease.deadline())));
    }

    /** Finishes a move that died or failed: no server holds the interface, or it is leaving its holder. */
    private Decision finish(Observation seen) {
        var why = "the interface is " + seen.floating();
        return finisher(seen)
                .<Decision>map(server -> server.own() == Verdict.FAILS && !fit(seen, server)
                        ? longer(why + ", and the witness alone sees that " + server + " fails")
                        : new MoveTo(server.id(), Kind.REPAIR, why, holderIsDownOrSilent(seen)))
                .orElseGet(() -> bothDown(seen, why));
    }

    /** The intended server first. One of unknown health will do, since no server loses the interface by it. */
    private static Optional<Server> finisher(Observation seen) {
        var lease = seen.memory().lease();
        var intended = lease == null ? Optional.<Server>empty() : seen.server(lease.intent());
        Predicate<Server> fit = server -> fit(seen, server);
        // A listing may leave out the server that serves: one that fails will do only if no other one is missing.
        Predicate<Server> mayServe = server -> obstacle(seen, server).isEmpty()
                && (server.own() == Verdict.UNSEEN
                        || (!seen.witnessSeesAServer() && seen.missing().isEmpty()));
        Predicate<Server> untried = server -> !failedRecently(seen, server);
        return Stream.of(fit.and(untried), mayServe.and(untried))
                .flatMap(candidate -> intended.filter(candidate).or(() -> nextOf(seen, candidate)).stream())
                .findFirst()
                .or(() -> nextOf(seen, fit.or(mayServe)));
    }

    /** The best server. Without the record it is unknown which one was tried in vain, so each gets its turn, by the minute. */
    private static Optional<Server> nextOf(Observation seen, Predicate<Server> which) {
        var best = best(seen, which);
        if (seen.recordError() == null || best.isEmpty()) {
            return best;
        }
        var serves = best.get().own() == Verdict.SERVES;
        var equals = seen.servers().stream()
                .filter(which.and(server -> (server.own() == Verdict.SERVES) == serves))
                .sorted(Comparator.comparing(Server::id))
                .toList();
        var minute = Duration.between(Instant.EPOCH, seen.now()).toMinutes();
        return Optional.of(equals.get((int) (minute % equals.size())));
    }

    private Optional<Decision> failure(Observation seen, Held held) {
        var holder = seen.holder();
        if (holder.isPresent() && !mayRun(holder.get())) {
            var power = holder.get().power().name().toLowerCase(Locale.ROOT);
            return Optional.of(away(seen, held, "EC2 says that the holder is " + power, true));
        }
        if (seen.service() == Verdict.SERVES) {
            return Optional.empty();
        }
        if (seen.service().fails()
                && seen.addressLost()
                && holder.filter(it -> it.own() == Verdict.SERVES).isPresent()) {
            return Optional.of(new Keep(
                    holder.get()
                            + " serves, but no Elastic IP is associated with the interface: associate it again with"
                            + " aws ec2 associate-address --allocation-id ... --network-interface-id ...",
                    Alert.ADDRESS_LOST,
                    null));
        }
        // A listing may leave a holder out, and a tag may be changed: that alone proves nothing.
        var who = holder.isPresent() ? "" : held.holder() + " is not one of the pair's servers; ";
        var reported = seen.observer().isPresent();
        if (seen.service() == Verdict.UNSEEN) {
            return reported ? Optional.of(withoutWitness(seen, held, who)) : Optional.empty();
        }
        if (reported) {
            var witness = seen.witnessSeesNothing() ? "the witness sees nothing at all" : "the witness agrees";
            return Optional.of(away(seen, held, who + "the observer reports it, and " + witness, false));
        }
        if (seen.witnessSeesNothing()) {
            return Optional.of(bothDown(seen, who + "the witness sees neither server, and none reports"));
        }
        return Optional.of(
                seen.service() == Verdict.FAILS
                        ? longer(who + "the witness alone sees that it fails")
                        : away(seen, held, who + "the witness alone sees that it fails, over a longer series", false));
    }

    /**
     * Without a witness nothing contradicts a report, which may be wrong or a lie: it moves the interface, which costs
     * seconds, but the old holder is stopped only if its own watch is silent too.
     */
    private Decision withoutWitness(Observation seen, Held held, String who) {
        var decision = away(seen, held, who + "the observer reports it, and there is no witness", false);
        return decision instanceof MoveTo move && !holderIsDownOrSilent(seen) ? move.withoutFencing() : decision;
    }

    /** The reason of a move that another call has begun is unknown: it may have been an order. */
    private static boolean holderIsDownOrSilent(Observation seen) {
        return seen.holder()
                .filter(holder -> !mayRun(holder) || isSilent(seen, holder))
                .isPresent();
    }

    private static boolean isSilent(Observation seen, Server server) {
        var pulse = seen.memory().pulses().get(server.id());
        var lastSign = pulse == null ? server.launched() : pulse.at();
        return seen.recordError() == null && !lastSign.isAfter(seen.now().minus(SILENCE));
    }

    /** A move away from a holder that fails, to a server that is fit; if the holder is certainly down, one whose health is unknown will do. */
    private Decision away(Observation seen, Held held, String why, boolean certain) {
        Predicate<Server> other = server -> !server.id().equals(held.holder());
        return best(seen, other.and(server -> fit(seen, server)))
                .or(() -> best(
                        seen,
                        other.and(server -> certain
                                && obstacle(seen, server).isEmpty()
                                && (seen.witnessSeesNothing() || server.own() == Verdict.UNSEEN))))
                .<Decision>map(server -> new MoveTo(server.id(), Kind.FAILOVER, why))
                .orElseGet(() -> bothDown(seen, why));
    }

    private static boolean mayRun(Server server) {
        return server.running() || server.power() == Server.Power.STARTING;
    }

    private Decision damped(Observation seen, MoveTo move) {
        return damping(seen)
                .filter(damping -> damping.refusal() != Refusal.COOL_DOWN || !correctsAFailedMove(seen, move))
                .<Decision>map(damping -> new Keep(
                        "%s; %s".formatted(damping.reason(), move.reason()), damping.alert(), damping.refusal()))
                .orElse(move);
    }

    /** The cool-down must not keep the interface where the last move failed to make it serve, once another server does. */
    private static boolean correctsAFailedMove(Observation seen, MoveTo move) {
        return move.kind() == Kind.FAILOVER
                && !seen.memory().movesUnknown()
                && seen.holder().filter(holder -> failedRecently(seen, holder)).isPresent()
                && seen.server(move.serverId())
                        .filter(target -> target.own() == Verdict.SERVES)
                        .isPresent();
    }

    /** Returns what holds back an automatic move from a server to the other one now, if anything does. */
    Optional<Keep> damping(Observation seen) {
        var down = seen.holder().filter(holder -> !mayRun(holder)).isPresent();
        if (seen.memory().movesUnknown() && !down) {
            return Optional.of(new Keep("the record of the moves cannot be read", Alert.FLAPPING, Refusal.COOL_DOWN));
        }
        var moves = seen.memory().movesSince(seen.now().minus(PairRecord.RECENT));
        if (moves >= settings.flapLimit()) {
            return Optional.of(new Keep(
                    "flapping: %d moves within the hour, the limit".formatted(moves),
                    Alert.FLAPPING,
                    Refusal.FLAPPING));
        }
        return Stream.concat(seen.memory().recentMoves().stream(), unwritten(seen).stream())
                .max(Comparator.naturalOrder())
                .map(last -> last.plus(settings.coolDown()))
                .filter(seen.now()::isBefore)
                .map(until -> new Keep("cooling down until " + until, Alert.FLAPPING, Refusal.COOL_DOWN));
    }

    /** A move whose call died before it could write it down: its lease was not given back, and it got where it wanted. */
    private static Optional<Instant> unwritten(Observation seen) {
        return Optional.ofNullable(seen.memory().lease())
                .filter(lease -> seen.holder()
                        .filter(it -> it.id().equals(lease.intent()))
                        .isPresent())
                .map(Lease::deadline);
    }

    private Optional<Decision> backToThePrimary(Observation seen) {
        var since = seen.memory().readySince();
        var failbackAfter = settings.failbackAfter();
        if (failbackAfter == null
                || since == null
                || seen.service() != Verdict.SERVES
                || seen.now().isBefore(since.plus(failbackAfter))
                || seen.holder().filter(it -> it.role() == Role.STANDBY).isEmpty()) {
            return Optional.empty();
        }
        return best(
                        seen,
                        server -> server.role() == Role.PRIMARY
                                && fit(seen, server)
                                && !failedBefore(seen, server)
                                && server.launched().isBefore(since))
                .map(primary -> damped(
                        seen, new MoveTo(primary.id(), Kind.FAILBACK, "the primary has been ready since " + since)));
    }

    private Decision serving(Observation seen, Held held) {
        var observer = seen.observer();
        if (observer.isPresent()) {
            return astray(
                    observer.get().id() + " reports a failure that the witness does not see: its own path is bad");
        }
        return keep(
                seen.service() == Verdict.SERVES
                        ? held.holder() + " serves; "
                                + obstacles(seen, server -> !server.id().equals(held.holder()))
                        : "no server reports a failure, and there is no witness");
    }

    /**
     * Whether a server can hold it and serves: by the witness, or where that sees nothing by its own report, which it sends
     * only while it serves.
     */
    private static boolean fit(Observation seen, Server server) {
        var reports =
                server.id().equals(seen.reporter()) && (server.own() == Verdict.UNSEEN || seen.witnessSeesNothing());
        return obstacle(seen, server).isEmpty() && (server.own() == Verdict.SERVES || reports);
    }

    /** Whether a move to this server has failed since its last start. */
    static boolean failedBefore(Observation seen, Server server) {
        return failedSince(seen, server, server.launched());
    }

    /** Whether that was within the hour: after that it is worth another try. */
    private static boolean failedRecently(Observation seen, Server server) {
        return failedBefore(seen, server)
                && failedSince(seen, server, seen.now().minus(PairRecord.RECENT));
    }

    private static Instant lastFailure(Observation seen, Server server) {
        return failedRecently(seen, server)
                ? seen.memory().failedMoves().getOrDefault(server.id(), Instant.MIN)
                : Instant.MIN;
    }

    private static boolean failedSince(Observation seen, Server server, Instant since) {
        var failed = seen.memory().failedMoves().get(server.id());
        return failed != null && failed.isAfter(since);
    }

    /** Why a server cannot hold the interface, whether or not it serves. */
    static Optional<String> obstacle(Observation seen, Server server) {
        if (!server.running()) {
            return Optional.of("is " + server.power().name().toLowerCase(Locale.ROOT));
        }
        if (seen.memory().tainted().containsKey(server.id())) {
            return Optional.of("is tainted: its interface was detached by force");
        }
        return server.roomForIt() ? Optional.empty() : Optional.of("has another interface at device index 1");
    }

    /** Says whether a server could take over, and why not. */
    static String readiness(Observation seen, Server server) {
        return obstacle(seen, server).orElseGet(() -> switch (server.own()) {
            case SERVES -> "is ready";
            case FAILS, FAILS_FOR_LONG -> "does not serve";
            case UNSEEN -> "is not seen by the witness";
        });
    }

    private static String obstacles(Observation seen, Predicate<Server> which) {
        var present = seen.servers().stream().filter(which).map(server -> server + " " + readiness(seen, server));
        return Stream.concat(present, seen.missing().stream().map(MissingServer::toString))
                .collect(Collectors.joining(", "));
    }

    /**
     * A server that serves before one that is not seen, then one to which no move has just failed, or the longest ago, then the
     * one with the latest start: the others are being replaced.
     */
    private static Optional<Server> best(Observation seen, Predicate<Server> which) {
        return seen.servers().stream()
                .filter(which)
                .min(Comparator.comparing((Server server) -> server.own() != Verdict.SERVES)
                        .thenComparing(server -> lastFailure(seen, server))
                        .thenComparing(Server::launched, Comparator.<Instant>reverseOrder())
                        .thenComparing(Server::role)
                        .thenComparing(Server::id));
    }

    private static boolean settled(Observation seen) {
        return seen.floating() instanceof Held held && held.status() != Status.DETACHING;
    }

    private static Keep bothDown(Observation seen, String why) {
        return new Keep(
                "%s, and no server can take over: %s".formatted(why, obstacles(seen, server -> true)),
                Alert.BOTH_DOWN,
                Refusal.BOTH_DOWN);
    }

    private static Keep astray(String reason) {
        return new Keep(reason, Alert.OBSERVER_ASTRAY, null);
    }

    private static Keep refused(String why) {
        return new Keep("refused: " + why, null, Refusal.NOT_READY);
    }

    private static LookAgain longer(String reason) {
        return new LookAgain(reason, Series.LONG);
    }

    private static Keep keep(String reason) {
        return new Keep(reason);
    }
}
