package io.enifailover.function;

import io.enifailover.function.InterfaceState.Held;
import io.enifailover.function.PairRecord.Entry;
import io.enifailover.function.PairRecord.Lease;
import io.enifailover.function.PairRecord.Rights;
import io.enifailover.function.Server.Power;
import io.enifailover.function.Server.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Routine work between moves: restarts tainted servers, records readiness, completes the record. */
final class Housekeeping {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    /** How long the result of a check of the function's permissions counts. */
    private static final Duration RIGHTS = Duration.ofMinutes(15);

    /** Longer than a move: until then EC2, or a call that is still running, may show the state before the last entry. */
    private static final Duration SETTLED = Duration.ofMinutes(5);

    private final PairServers servers;
    private final PairRecord record;
    private final Permissions permissions;

    Housekeeping(PairServers servers, PairRecord record, Permissions permissions) {
        this.servers = servers;
        this.record = record;
        this.permissions = permissions;
    }

    /** Does each task, even if another one fails. During a move it only records unreadiness and restarts tainted servers. */
    void run(Observation observation) {
        if (observation.recordError() != null) {
            return;
        }
        noteUnreadiness(observation);
        heal(observation, false);
        if (isOnHold(observation)
                || observation.recorded().leaseAt(observation.now()).isPresent()) {
            return;
        }
        attempt("readiness", () -> noteReadiness(observation));
        attempt("history", () -> complete(observation));
        attempt("the record of the moves", () -> mendMoves(observation));
        attempt("failed moves", () -> forgetFailedMoves(observation));
        attempt("heartbeats", () -> forgetOthers(observation));
        attempt("permissions", () -> checkPermissions(observation));
    }

    /**
     * Restarts tainted servers unless there is a hold, even while another controller moves the interface: moves to the other
     * server may fail repeatedly, and then only the tainted one can help.
     *
     * @param moves whether the interface is about to be moved away from its holder
     */
    void heal(Observation observation, boolean moves) {
        if (isOnHold(observation)) {
            return;
        }
        var intended = observation
                .recorded()
                .leaseAt(observation.now())
                .map(Lease::intent)
                .orElse("");
        // Not the server from which a move is detaching the interface: it may have been stopped to fence it.
        var left = moves || !intended.isEmpty() ? observation.holder().map(Server::id) : Optional.<String>empty();
        observation.recorded().tainted().forEach((id, since) -> {
            if (!id.equals(intended) && !left.equals(Optional.of(id))) {
                attempt(id, () -> restart(observation, id, since));
            }
        });
    }

    private static boolean isOnHold(Observation observation) {
        return observation.recorded().holdAt(observation.now()).isPresent();
    }

    private static void attempt(String what, Runnable task) {
        try {
            task.run();
        } catch (RecordUnavailable | CallFailed e) {
            LOG.warn("{}: failed, the next schedule tries again: {}", what, e.getMessage());
        }
    }

    /**
     * Stops and starts a server whose interface was detached by force. Once it serves again it is a candidate. A server that
     * somebody else has stopped stays stopped until they start it.
     */
    private void restart(Observation observation, String id, Instant since) {
        var found = observation.server(id);
        if (found.isEmpty()) {
            // EC2 may leave a server out of a list. If both roles have other servers, this one has been replaced.
            if (observation.missing().isEmpty()) {
                record.clearTaint(id);
            }
            return;
        }
        if (since.equals(PairRecord.UNKNOWN)) {
            record.taint(id, observation.now());
            return;
        }
        var server = found.get();
        if (server.power() == Power.STOPPED) {
            // Even if it holds the interface: no other server may be able to serve.
            if (isStoppedByUs(observation, server)) {
                LOG.info("{}: starting it again", server);
                servers.start(id);
            }
        } else if (server.running() && !server.launched().isAfter(since)) {
            if (!observation.isHolder(server) && isUnchanged(server)) {
                LOG.info("{}: stopping it, since its interface was detached by force", server);
                stop(observation, id);
            }
        } else if (server.running() && isBack(observation, server)) {
            LOG.info("{}: no longer tainted", server);
            record.clearTaint(id);
        }
    }

    private void stop(Observation observation, String id) {
        var at = observation.now();
        var before = record.stopped(id, at);
        try {
            if (!servers.stop(id, true)) {
                record.notStopped(id, at, before);
            }
        } catch (CallFailed e) {
            if (!e.unanswered()) {
                record.notStopped(id, at, before);
            }
            throw e;
        }
    }

    /** If the witness reaches no server at all, its own path may be broken; a heartbeat since the start is then enough. */
    private static boolean isBack(Observation observation, Server server) {
        var last = observation.recorded().heartbeats().get(server.id());
        return !server.health().fails()
                || (!observation.witnessSeesAServer()
                        && last != null
                        && last.at().isAfter(server.launched()));
    }

    /** The observation may be out of date: another call may have restarted the server, or a person may be stopping it. */
    private boolean isUnchanged(Server server) {
        return servers.find(server.id())
                .filter(now -> now.running() && now.launched().equals(server.launched()))
                .isPresent();
    }

    /** If a server was started after the controller stopped it, somebody else has stopped it again. */
    private static boolean isStoppedByUs(Observation observation, Server server) {
        var stopped = observation.recorded().stopped().get(server.id());
        return stopped != null && !server.launched().isAfter(stopped);
    }

    private void noteReadiness(Observation observation) {
        if (observation.recorded().readySince() == null && otherIsReady(observation)) {
            record.readySince(observation.now());
        }
    }

    private void noteUnreadiness(Observation observation) {
        if (observation.recorded().readySince() != null && !otherIsReady(observation)) {
            attempt("readiness", () -> record.readySince(null));
        }
    }

    private static boolean otherIsReady(Observation observation) {
        return observation.servers().stream()
                .filter(server -> !observation.isHolder(server))
                .anyMatch(server -> server.health() == Verdict.SERVES
                        && Policy.obstacle(observation, server).isEmpty());
    }

    /** Replaces recent moves that cannot be read by one move of now. */
    private void mendMoves(Observation observation) {
        if (observation.recorded().movesUnknown()) {
            record.count("unknown", observation.now());
        }
    }

    /** A restart may have fixed what made the move fail; a holder that serves proves it. */
    private void forgetFailedMoves(Observation observation) {
        observation.recorded().failedMoves().keySet().stream()
                .filter(id -> observation
                        .server(id)
                        .map(server -> mayHaveRecovered(observation, server))
                        .orElse(true))
                .forEach(record::forgetFailedMove);
    }

    private static boolean mayHaveRecovered(Observation observation, Server server) {
        return !Policy.failedBefore(observation, server)
                || (observation.isHolder(server) && observation.service() == Verdict.SERVES);
    }

    /** Forgets the heartbeats of servers that have been replaced. */
    private void forgetOthers(Observation observation) {
        observation.recorded().heartbeats().keySet().stream()
                .filter(id -> observation.server(id).isEmpty())
                .forEach(record::forgetHeartbeat);
    }

    /** Checks seldom whether a failover would be permitted: seven calls to EC2, too many for every minute. */
    private void checkPermissions(Observation observation) {
        var last = observation.recorded().rights();
        if (last != null && observation.now().isBefore(last.at().plus(RIGHTS))) {
            return;
        }
        var missing = Readiness.lacking(permissions.checks(observation));
        record.rights(new Rights(observation.now(), missing));
    }

    /** Records a move that was made while the record could not be reached, or by a person in the console. */
    private void complete(Observation observation) {
        if (!(observation.floating() instanceof Held held)) {
            return;
        }
        var history = record.history(1);
        if (!history.isEmpty() && history.get(0).at().isAfter(observation.now().minus(SETTLED))) {
            return;
        }
        // With an empty history, from and to are the same, so the entry does not count as a move.
        var last = history.isEmpty()
                ? held.holder()
                : String.valueOf(history.get(0).to());
        if (history.isEmpty() || !held.holder().equals(last)) {
            // Do not start a server that is found stopped, even if a move without the record may have stopped it: an
            // operator may have stopped it on purpose, and readiness shows that it is stopped.
            record.append(new Entry(
                    held.attachmentId(),
                    observation.now(),
                    Kind.REPAIR,
                    "found on " + held.holder() + ", and no recorded move brought it there",
                    "upkeep",
                    last,
                    held.holder(),
                    "found",
                    false,
                    true,
                    null,
                    Map.of()));
        }
    }
}
