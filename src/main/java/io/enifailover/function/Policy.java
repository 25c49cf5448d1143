package io.enifailover.function;

import io.enifailover.function.Decision.Keep;
import io.enifailover.function.Decision.MoveTo;
import io.enifailover.function.Decision.ProbeAgain;
import io.enifailover.function.HealthProber.Series;
import io.enifailover.function.InterfaceState.Gone;
import io.enifailover.function.InterfaceState.Held;
import io.enifailover.function.InterfaceState.Status;
import io.enifailover.function.Observation.Evidence;
import io.enifailover.function.PairRecord.Lease;
import io.enifailover.function.Server.Verdict;
import io.enifailover.protocol.Alert;
import io.enifailover.protocol.FailoverSettings;
import io.enifailover.protocol.PairStatus.AbsentServer;
import io.enifailover.protocol.Role;
import io.enifailover.protocol.Step;
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
 * Decides who holds the floating interface. A pure function; the first row of its table that matches applies.
 *
 * <p>A false failover costs seconds, a missed one lasts until a person wakes up. Where the evidence is incomplete it prefers to
 * move, and the cool-down and the flap limit bound the cost.
 *
 * @param settings uses cool-down, flap limit, failback and the deadline of {@link Step#SERVE}
 */
record Policy(FailoverSettings settings) {
    /** A watch sends a heartbeat every minute, so it has missed one, and another half minute has passed. */
    private static final Duration SILENCE = Duration.ofSeconds(90);

    /** Decides about what was observed, without an order. */
    Decision decide(Observation observation) {
        var busy = busy(observation);
        if (busy.isPresent()) {
            return busy.get();
        }
        return held(observation)
                .<Decision>map(
                        reason -> new Keep(reason, null, free(observation) instanceof MoveTo ? Refusal.HOLD : null))
                .orElseGet(() -> free(observation));
    }

    private static Optional<String> held(Observation observation) {
        return observation
                .recorded()
                .holdAt(observation.now())
                .map(hold -> "on hold until " + hold.until() + ": " + hold.reason());
    }

    /** Decides as if there were no hold. */
    private Decision free(Observation observation) {
        if (!(observation.floating() instanceof Held held) || held.status() == Status.DETACHING) {
            return finish(observation);
        }
        var failure = failure(observation, held);
        if (failure.isPresent()) {
            return failure.get() instanceof MoveTo move ? damped(observation, move) : failure.get();
        }
        return backToThePrimary(observation).orElseGet(() -> serving(observation, held));
    }

    /**
     * Decides about an operator's order, which counts under a hold and within the cool-down too.
     *
     * @param to role of the server asked for, or null for the other one
     */
    Decision decide(Observation observation, @Nullable Role to) {
        var busy = busy(observation);
        if (busy.isPresent()) {
            return busy.get();
        }
        var holder = observation.holder();
        if (to != null && holder.filter(it -> it.role() == to).isPresent() && settled(observation)) {
            return new Keep("the " + to + " holds the interface already");
        }
        Predicate<Server> asked = server ->
                to == null ? holder.filter(it -> it.id().equals(server.id())).isEmpty() : server.role() == to;
        var target = best(
                observation, asked.and(server -> obstacle(observation, server).isEmpty()));
        if (target.isEmpty()) {
            return refused(obstacles(observation, asked));
        }
        if (target.get().health().fails() && observation.service() == Verdict.SERVES) {
            return refused("the witness sees that " + target.get() + " does not serve, and that the holder does");
        }
        if (target.get().health().fails()
                && observation.service() == Verdict.FAILS
                && holder.map(Policy::mayRun).orElse(true)) {
            return longer("the witness sees that neither " + target.get() + " nor the holder serves");
        }
        return new MoveTo(target.get().id(), Kind.SWITCHOVER, "ordered");
    }

    /** Decides about a drill, which goes to this role unless there is a hold. */
    Decision decideDrill(Observation observation, Role to) {
        return held(observation)
                .<Decision>map(reason -> new Keep(reason, null, Refusal.HOLD))
                .orElseGet(() -> decide(observation, to));
    }

    private Optional<Decision> busy(Observation observation) {
        if (observation.floating() instanceof Gone) {
            return Optional.of(new Keep("the interface is not found", Alert.INTERFACE_MISSING, null));
        }
        return observation
                .recorded()
                .leaseAt(observation.now())
                .map(lease -> new Keep("%s is moving it to %s, by a lease until %s"
                        .formatted(lease.owner(), lease.intent(), lease.deadline())));
    }

    /** Finishes a move that died or failed: no server holds the interface, or it is being detached. */
    private Decision finish(Observation observation) {
        var why = "the interface is " + observation.floating();
        return finisher(observation)
                .<Decision>map(server -> server.health() == Verdict.FAILS && !fit(observation, server)
                        ? longer(why + ", and the witness alone sees that " + server + " fails")
                        : new MoveTo(server.id(), Kind.REPAIR, why, holderIsDownOrSilent(observation)))
                .orElseGet(() -> bothDown(observation, why));
    }

    /** The intended server first. One of unknown health is good enough, because no server loses the interface. */
    private static Optional<Server> finisher(Observation observation) {
        var lease = observation.recorded().lease();
        var intended = lease == null ? Optional.<Server>empty() : observation.server(lease.intent());
        Predicate<Server> fit = server -> fit(observation, server);
        // A listing may leave out the server that serves: one that fails is accepted only if no server is missing.
        Predicate<Server> mayServe = server -> obstacle(observation, server).isEmpty()
                && (server.health() == Verdict.UNSEEN
                        || (!observation.witnessSeesAServer()
                                && observation.missing().isEmpty()));
        Predicate<Server> untried = server -> !failedRecently(observation, server);
        return Stream.of(fit.and(untried), mayServe.and(untried))
                .flatMap(candidate -> intended.filter(candidate).or(() -> nextOf(observation, candidate)).stream())
                .findFirst()
                .or(() -> nextOf(observation, fit.or(mayServe)));
    }

    /** Returns the best server. Without the record it is not known which one failed before, so they alternate every minute. */
    private static Optional<Server> nextOf(Observation observation, Predicate<Server> which) {
        var best = best(observation, which);
        if (observation.recordError() == null || best.isEmpty()) {
            return best;
        }
        var serves = best.get().health() == Verdict.SERVES;
        var equals = observation.servers().stream()
                .filter(which.and(server -> (server.health() == Verdict.SERVES) == serves))
                .sorted(Comparator.comparing(Server::id))
                .toList();
        var minute = Duration.between(Instant.EPOCH, observation.now()).toMinutes();
        return Optional.of(equals.get((int) (minute % equals.size())));
    }

    private Optional<Decision> failure(Observation observation, Held held) {
        var holder = observation.holder();
        if (holder.isPresent() && !mayRun(holder.get())) {
            var power = holder.get().power().name().toLowerCase(Locale.ROOT);
            return Optional.of(away(observation, held, "EC2 says that the holder is " + power, true));
        }
        if (observation.service() == Verdict.SERVES) {
            return Optional.empty();
        }
        if (observation.service().fails()
                && observation.addressLost()
                && holder.filter(it -> it.health() == Verdict.SERVES).isPresent()) {
            return Optional.of(new Keep(
                    holder.get()
                            + " serves, but no Elastic IP is associated with the interface: associate it again with"
                            + " aws ec2 associate-address --allocation-id ... --network-interface-id ...",
                    Alert.ADDRESS_LOST,
                    null));
        }
        // A listing may leave a holder out, and a tag may be changed: that alone proves nothing.
        var who = holder.isPresent() ? "" : held.holder() + " is not one of the pair's servers; ";
        var reported = observation.observer().isPresent();
        if (observation.service() == Verdict.UNSEEN) {
            return reported ? Optional.of(withoutWitness(observation, held, who)) : Optional.empty();
        }
        if (reported && observation.evidence() == Evidence.UNCLEAR) {
            return Optional.of(new ProbeAgain(
                    who + "the observer reports it, and two probes of the witness do not show clearly why",
                    Series.AGAIN));
        }
        if (reported) {
            var witness = observation.witnessSeesNothing() ? "the witness sees nothing at all" : "the witness agrees";
            return Optional.of(away(observation, held, who + "the observer reports it, and " + witness, false));
        }
        if (observation.witnessSeesNothing()) {
            return Optional.of(bothDown(observation, who + "the witness sees neither server, and none reports"));
        }
        return Optional.of(
                observation.service() == Verdict.FAILS
                        ? longer(who + "the witness alone sees that it fails")
                        : away(
                                observation,
                                held,
                                who + "the witness alone sees that it fails, over a longer series",
                                false));
    }

    /**
     * Without a witness nothing contradicts a report, which may be wrong or a lie: it moves the interface, which costs
     * seconds, but the old holder is stopped only if its own watch is silent too.
     *
     * <p>A report may count failures from before the holder had the interface, and a new holder does not serve at once. So it
     * gets the time for which a move would wait for it to serve.
     */
    private Decision withoutWitness(Observation observation, Held held, String who) {
        var attached = observation.attached();
        var given = settings.deadlines().of(Step.SERVE);
        if (attached != null && observation.now().isBefore(attached.plus(given))) {
            return new Keep("%sthe observer reports it, there is no witness, and %s has until %s to serve"
                    .formatted(who, held.holder(), attached.plus(given)));
        }
        var decision = away(observation, held, who + "the observer reports it, and there is no witness", false);
        return decision instanceof MoveTo move && !holderIsDownOrSilent(observation) ? move.withoutFencing() : decision;
    }

    /** The reason of a move that another call has begun is unknown: it may have been an order. */
    private static boolean holderIsDownOrSilent(Observation observation) {
        return observation
                .holder()
                .filter(holder -> !mayRun(holder) || isSilent(observation, holder))
                .isPresent();
    }

    /** If no watch has been heard, it may be the record that has missed the heartbeats. */
    private static boolean isSilent(Observation observation, Server server) {
        var heartbeats = observation.recorded().heartbeats();
        var since = observation.now().minus(SILENCE);
        var heartbeat = heartbeats.get(server.id());
        var lastSign = heartbeat == null ? server.launched() : heartbeat.at();
        return !lastSign.isAfter(since)
                && heartbeats.values().stream().anyMatch(other -> other.at().isAfter(since));
    }

    /**
     * A move away from a holder that fails, to a server that is fit. If the holder is certainly down, a server of unknown health
     * is good enough.
     */
    private Decision away(Observation observation, Held held, String why, boolean certain) {
        Predicate<Server> other = server -> !server.id().equals(held.holder());
        return best(observation, other.and(server -> fit(observation, server)))
                .or(() -> best(
                        observation,
                        other.and(server -> certain
                                && obstacle(observation, server).isEmpty()
                                && (observation.witnessSeesNothing() || server.health() == Verdict.UNSEEN))))
                .<Decision>map(server -> new MoveTo(server.id(), Kind.FAILOVER, why))
                .orElseGet(() -> bothDown(observation, why));
    }

    private static boolean mayRun(Server server) {
        return server.running() || server.power() == Server.Power.STARTING;
    }

    private Decision damped(Observation observation, MoveTo move) {
        return damping(observation)
                .filter(damping -> damping.refusal() != Refusal.COOL_DOWN || !correctsAFailedMove(observation, move))
                .<Decision>map(damping -> new Keep(
                        "%s; %s".formatted(damping.reason(), move.reason()), damping.alert(), damping.refusal()))
                .orElse(move);
    }

    /**
     * The cool-down must not keep the interface where the last move failed to make it serve, once another server does. An older
     * failure says nothing of a later move whose call died.
     */
    private static boolean correctsAFailedMove(Observation observation, MoveTo move) {
        return move.kind() == Kind.FAILOVER
                && !observation.recorded().movesUnknown()
                && observation
                        .holder()
                        .filter(holder -> failedRecently(observation, holder))
                        .filter(holder -> observation.attached() == null
                                || failedSince(observation, holder, observation.attached()))
                        .isPresent()
                && observation
                        .server(move.serverId())
                        .filter(target -> target.health() == Verdict.SERVES)
                        .isPresent();
    }

    /** Returns what holds back an automatic move from a server to the other one now, if anything does. */
    Optional<Keep> damping(Observation observation) {
        var down = observation.holder().filter(holder -> !mayRun(holder)).isPresent();
        if (observation.recorded().movesUnknown() && !down) {
            return Optional.of(new Keep("the record of the moves cannot be read", Alert.FLAPPING, Refusal.COOL_DOWN));
        }
        var moves = observation.recorded().movesSince(observation.now().minus(PairRecord.RECENT));
        if (moves >= settings.flapLimit()) {
            return Optional.of(new Keep(
                    "flapping: %d moves within the hour, the limit".formatted(moves),
                    Alert.FLAPPING,
                    Refusal.FLAPPING));
        }
        return lastMove(observation)
                .map(last -> last.plus(settings.coolDown()))
                .filter(observation.now()::isBefore)
                .map(until -> new Keep("cooling down until " + until, Alert.FLAPPING, Refusal.COOL_DOWN));
    }

    /** Without the record, EC2 shows only when the last attachment began, and not whether a move was automatic. */
    private static Optional<Instant> lastMove(Observation observation) {
        if (observation.recordError() != null) {
            return Optional.ofNullable(observation.attached());
        }
        return Stream.concat(observation.recorded().recentMoves().stream(), unwritten(observation).stream())
                .max(Comparator.naturalOrder());
    }

    /** A move whose call died before it could record it: its lease was not released, and its target has the interface. */
    private static Optional<Instant> unwritten(Observation observation) {
        return Optional.ofNullable(observation.recorded().lease())
                .filter(lease -> observation
                        .holder()
                        .filter(it -> it.id().equals(lease.intent()))
                        .isPresent())
                .map(Lease::deadline);
    }

    private Optional<Decision> backToThePrimary(Observation observation) {
        var since = observation.recorded().readySince();
        var failbackAfter = settings.failbackAfter();
        if (failbackAfter == null
                || since == null
                || observation.service() != Verdict.SERVES
                || observation.now().isBefore(since.plus(failbackAfter))
                || observation.holder().filter(it -> it.role() == Role.STANDBY).isEmpty()) {
            return Optional.empty();
        }
        return best(
                        observation,
                        server -> server.role() == Role.PRIMARY
                                && fit(observation, server)
                                && !failedBefore(observation, server)
                                && server.launched().isBefore(since))
                .map(primary -> damped(
                        observation,
                        new MoveTo(primary.id(), Kind.FAILBACK, "the primary has been ready since " + since)));
    }

    private Decision serving(Observation observation, Held held) {
        var observer = observation.observer();
        if (observer.isPresent()) {
            return new Keep(
                    observer.get().id() + " reports a failure that the witness does not see: its own path is bad",
                    Alert.REPORT_CONTRADICTED,
                    null);
        }
        return new Keep(
                observation.service() == Verdict.SERVES
                        ? held.holder() + " serves; "
                                + obstacles(observation, server -> !server.id().equals(held.holder()))
                        : "no server reports a failure, and there is no witness");
    }

    /**
     * Whether a server can hold the interface and serves: according to the witness or, if the witness sees nothing, to its own
     * report, which it sends only while it serves.
     */
    private static boolean fit(Observation observation, Server server) {
        var reports = server.id().equals(observation.reporter())
                && (server.health() == Verdict.UNSEEN || observation.witnessSeesNothing());
        return obstacle(observation, server).isEmpty() && (server.health() == Verdict.SERVES || reports);
    }

    /** Whether a move to this server has failed since its last start. */
    static boolean failedBefore(Observation observation, Server server) {
        return failedSince(observation, server, server.launched());
    }

    /** Whether that was within the hour: after that it is worth another try. */
    private static boolean failedRecently(Observation observation, Server server) {
        return failedBefore(observation, server)
                && failedSince(observation, server, observation.now().minus(PairRecord.RECENT));
    }

    private static Instant lastFailure(Observation observation, Server server) {
        return failedRecently(observation, server)
                ? observation.recorded().failedMoves().getOrDefault(server.id(), Instant.MIN)
                : Instant.MIN;
    }

    private static boolean failedSince(Observation observation, Server server, Instant since) {
        var failed = observation.recorded().failedMoves().get(server.id());
        return failed != null && failed.isAfter(since);
    }

    /** Why a server cannot hold the interface, whether or not it serves. */
    static Optional<String> obstacle(Observation observation, Server server) {
        if (!server.running()) {
            return Optional.of("is " + server.power().name().toLowerCase(Locale.ROOT));
        }
        if (observation.recorded().tainted().containsKey(server.id())) {
            return Optional.of("is tainted: its interface was detached by force");
        }
        return server.roomForIt() ? Optional.empty() : Optional.of("has another interface at device index 1");
    }

    /** Says whether a server could take over, and why not. */
    static String readiness(Observation observation, Server server) {
        return obstacle(observation, server).orElseGet(() -> switch (server.health()) {
            case SERVES -> "is ready";
            case FAILS, FAILS_FOR_LONG -> "does not serve";
            case UNSEEN -> "is not seen by the witness";
        });
    }

    private static String obstacles(Observation observation, Predicate<Server> which) {
        var present = observation.servers().stream()
                .filter(which)
                .map(server -> server + " " + readiness(observation, server));
        return Stream.concat(present, observation.missing().stream().map(AbsentServer::toString))
                .collect(Collectors.joining(", "));
    }

    /**
     * A server that serves comes before one that is not seen; then one to which no recent move failed, or the longest ago; then
     * the one that was started last, because the others are being replaced.
     */
    private static Optional<Server> best(Observation observation, Predicate<Server> which) {
        return observation.servers().stream()
                .filter(which)
                .min(Comparator.comparing((Server server) -> server.health() != Verdict.SERVES)
                        .thenComparing(server -> lastFailure(observation, server))
                        .thenComparing(Server::launched, Comparator.<Instant>reverseOrder())
                        .thenComparing(Server::role)
                        .thenComparing(Server::id));
    }

    private static boolean settled(Observation observation) {
        return observation.floating() instanceof Held held && held.status() != Status.DETACHING;
    }

    private static Keep bothDown(Observation observation, String why) {
        return new Keep(
                "%s, and no server can take over: %s".formatted(why, obstacles(observation, server -> true)),
                Alert.BOTH_DOWN,
                Refusal.BOTH_DOWN);
    }

    private static Keep refused(String why) {
        return new Keep("refused: " + why, null, Refusal.NOT_READY);
    }

    private static ProbeAgain longer(String reason) {
        return new ProbeAgain(reason, Series.LONG);
    }
}
