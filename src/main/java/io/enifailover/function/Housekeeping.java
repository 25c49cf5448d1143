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

/** What is to be done while all is well: heal tainted servers, note readiness, complete the record. */
final class Housekeeping {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    /** How long an answer of EC2 about the function's rights counts. */
    private static final Duration RIGHTS = Duration.ofMinutes(15);

    /** Longer than a move: until then EC2 may show, and a call may go on with, what was before the last entry. */
    private static final Duration SETTLED = Duration.ofMinutes(5);

    private final PairServers servers;
    private final PairRecord record;
    private final Permissions permissions;

    Housekeeping(PairServers servers, PairRecord record, Permissions permissions) {
        this.servers = servers;
        this.record = record;
        this.permissions = permissions;
    }

    /** Does each duty, even if another one fails. During a move it only notes and heals. */
    void care(Observation observation) {
        if (observation.recordError() != null) {
            return;
        }
        noteUnreadiness(observation);
        heal(observation, false);
        if (isOnHold(observation)
                || observation.memory().leaseAt(observation.now()).isPresent()) {
            return;
        }
        attempt("readiness", () -> noteReadiness(observation));
        attempt("history", () -> complete(observation));
        attempt("the record of the moves", () -> mendMoves(observation));
        attempt("failed moves", () -> forgetFailedMoves(observation));
        attempt("heartbeats", () -> forgetOthers(observation));
        attempt("rights", () -> askForRights(observation));
    }

    /**
     * Heals tainted servers unless there is a hold, even while somebody moves the interface: moves to the other server may fail
     * one after another, and a tainted one may be the only way out.
     *
     * @param moves whether the interface is about to be moved away from its holder
     */
    void heal(Observation observation, boolean moves) {
        if (isOnHold(observation)) {
            return;
        }
        var intended = observation
                .memory()
                .leaseAt(observation.now())
                .map(Lease::intent)
                .orElse("");
        // Not the server that a move is taking the interface from: it may have been stopped so that it cannot act.
        var left = moves || !intended.isEmpty() ? observation.holder().map(Server::id) : Optional.<String>empty();
        observation.memory().tainted().forEach((id, since) -> {
            if (!id.equals(intended) && !left.equals(Optional.of(id))) {
                attempt(id, () -> rehabilitate(observation, id, since));
            }
        });
    }

    private static boolean isOnHold(Observation observation) {
        return observation.memory().holdAt(observation.now()).isPresent();
    }

    private static void attempt(String what, Runnable duty) {
        try {
            duty.run();
        } catch (RecordUnavailable | CallFailed e) {
            LOG.warn("{}: left to the next time: {}", what, e.getMessage());
        }
    }

    /**
     * Stops and starts a server whose interface was detached by force; once it serves again it is a candidate. One that somebody
     * else has stopped stays stopped, until they start it.
     */
    private void rehabilitate(Observation observation, String id, Instant since) {
        var found = observation.server(id);
        if (found.isEmpty()) {
            // A listing may leave a server out: it has been replaced once there are others for both roles.
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
            // Also if it holds the interface: the pair may have no other hope.
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
            LOG.info("{}: a candidate again", server);
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

    /** Where the witness sees no server, which may be its own fault, the server's watch tells. */
    private static boolean isBack(Observation observation, Server server) {
        var heard = observation.memory().heartbeats().get(server.id());
        return !server.health().fails()
                || (!observation.witnessSeesAServer()
                        && heard != null
                        && heard.at().isAfter(server.launched()));
    }

    /** What was seen may be old by now: another call may have restarted the server, or a person may be stopping it. */
    private boolean isUnchanged(Server server) {
        return servers.find(server.id())
                .filter(now -> now.running() && now.launched().equals(server.launched()))
                .isPresent();
    }

    /** A server that was started after the controller stopped it has been stopped again by somebody else. */
    private static boolean isStoppedByUs(Observation observation, Server server) {
        var stopped = observation.memory().stopped().get(server.id());
        return stopped != null && !server.launched().isAfter(stopped);
    }

    private void noteReadiness(Observation observation) {
        if (observation.memory().readySince() == null && otherIsReady(observation)) {
            record.readySince(observation.now());
        }
    }

    private void noteUnreadiness(Observation observation) {
        if (observation.memory().readySince() != null && !otherIsReady(observation)) {
            attempt("readiness", () -> record.readySince(null));
        }
    }

    private static boolean otherIsReady(Observation observation) {
        return observation.servers().stream()
                .filter(server -> !observation.isHolder(server))
                .anyMatch(server -> server.health() == Verdict.SERVES
                        && Policy.obstacle(observation, server).isEmpty());
    }

    /** Moves that cannot be read count as one that was just now. */
    private void mendMoves(Observation observation) {
        if (observation.memory().movesUnknown()) {
            record.count("unknown", observation.now());
        }
    }

    /** A restart may have cured what made the move fail, and a holder that serves proves that it is cured. */
    private void forgetFailedMoves(Observation observation) {
        observation.memory().failedMoves().keySet().stream()
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

    /** Forgets the watches of servers that have been replaced. */
    private void forgetOthers(Observation observation) {
        observation.memory().heartbeats().keySet().stream()
                .filter(id -> observation.server(id).isEmpty())
                .forEach(record::forgetHeartbeat);
    }

    /** Asks EC2 now and then whether a failover would be permitted: seven calls, which is too many for each minute. */
    private void askForRights(Observation observation) {
        var last = observation.memory().rights();
        if (last != null && observation.now().isBefore(last.at().plus(RIGHTS))) {
            return;
        }
        var missing = Readiness.lacking(permissions.checks(observation));
        record.rights(new Rights(observation.now(), missing));
    }

    /** Writes down a move that was made while the record could not be reached, or by a person in the console. */
    private void complete(Observation observation) {
        if (!(observation.floating() instanceof Held held)) {
            return;
        }
        var history = record.history(1);
        if (!history.isEmpty() && history.get(0).at().isAfter(observation.now().minus(SETTLED))) {
            return;
        }
        // An empty history tells of no move, which would count for the cool-down.
        var last = history.isEmpty()
                ? held.holder()
                : String.valueOf(history.get(0).to());
        if (history.isEmpty() || !held.holder().equals(last)) {
            // A server found stopped is left alone, even if a move without the record stopped it: an operator may have
            // stopped it on purpose, and readiness says that it is stopped.
            record.append(new Entry(
                    held.attachmentId(),
                    observation.now(),
                    Kind.REPAIR,
                    "found on " + held.holder() + ", with no record of how it came there",
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
