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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is to be done while all is well: heal tainted servers, note readiness, complete the record. */
final class Housekeeping {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    /** How long an answer of EC2 about the function's rights counts. */
    private static final Duration RIGHTS = Duration.ofMinutes(15);

    /** Longer than a move: until then EC2 may show, and a call may go on with, what was before the last entry. */
    private static final Duration SETTLED = Duration.ofMinutes(5);

    private final PairServers fleet;
    private final PairRecord record;
    private final Permissions permissions;

    Housekeeping(PairServers fleet, PairRecord record, Permissions permissions) {
        this.fleet = fleet;
        this.record = record;
        this.permissions = permissions;
    }

    /** Does each duty, even if another one fails. While somebody moves the interface it only notes and heals. */
    void care(Observation seen) {
        if (seen.recordError() != null) {
            return;
        }
        noteUnreadiness(seen);
        heal(seen);
        if (isOnHold(seen) || seen.memory().leaseAt(seen.now()).isPresent()) {
            return;
        }
        attempt("readiness", () -> noteReadiness(seen));
        attempt("history", () -> complete(seen));
        attempt("the record of the moves", () -> mendMoves(seen));
        attempt("failed moves", () -> forgetFailedMoves(seen));
        attempt("heartbeats", () -> forgetOthers(seen));
        attempt("rights", () -> askForRights(seen));
    }

    /**
     * Heals tainted servers unless there is a hold, even while somebody moves the interface: moves to the other server may fail
     * one after another, and a tainted one may be the only way out.
     */
    void heal(Observation seen) {
        if (isOnHold(seen)) {
            return;
        }
        var intended = seen.memory().leaseAt(seen.now()).map(Lease::intent).orElse("");
        seen.memory().tainted().forEach((id, since) -> {
            if (!id.equals(intended)) {
                attempt(id, () -> rehabilitate(seen, id, since));
            }
        });
    }

    private static boolean isOnHold(Observation seen) {
        return seen.memory().holdAt(seen.now()).isPresent();
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
    private void rehabilitate(Observation seen, String id, Instant since) {
        var found = seen.server(id);
        if (found.isEmpty()) {
            // A listing may leave a server out: it has been replaced once there are others for both roles.
            if (seen.missing().isEmpty()) {
                record.clearTaint(id);
            }
            return;
        }
        if (since.equals(PairRecord.UNKNOWN)) {
            record.taint(id, seen.now());
            return;
        }
        var server = found.get();
        if (server.power() == Power.STOPPED) {
            // Also if it holds the interface: the pair may have no other hope.
            if (isStoppedByUs(seen, server)) {
                LOG.info("{}: starting it again", server);
                fleet.start(id);
            }
        } else if (server.running() && !server.launched().isAfter(since)) {
            if (!seen.isHolder(server) && isUnchanged(server)) {
                LOG.info("{}: stopping it, since its interface was detached by force", server);
                record.stopped(id, seen.now());
                fleet.stop(id, true);
            }
        } else if (server.running() && isBack(seen, server)) {
            LOG.info("{}: a candidate again", server);
            record.clearTaint(id);
        }
    }

    /** Where the witness sees no server, which may be its own fault, the server's watch tells. */
    private static boolean isBack(Observation seen, Server server) {
        var heard = seen.memory().pulses().get(server.id());
        return !server.own().fails()
                || (!seen.witnessSeesAServer() && heard != null && heard.at().isAfter(server.launched()));
    }

    /** What was seen may be old by now: another call may have restarted the server, or a person may be stopping it. */
    private boolean isUnchanged(Server server) {
        return fleet.find(server.id())
                .filter(now -> now.running() && now.launched().equals(server.launched()))
                .isPresent();
    }

    /** A server that was started after the controller stopped it has been stopped again by somebody else. */
    private static boolean isStoppedByUs(Observation seen, Server server) {
        var stopped = seen.memory().stopped().get(server.id());
        return stopped != null && !server.launched().isAfter(stopped);
    }

    private void noteReadiness(Observation seen) {
        if (seen.memory().readySince() == null && otherIsReady(seen)) {
            record.readySince(seen.now());
        }
    }

    private void noteUnreadiness(Observation seen) {
        if (seen.memory().readySince() != null && !otherIsReady(seen)) {
            attempt("readiness", () -> record.readySince(null));
        }
    }

    private static boolean otherIsReady(Observation seen) {
        return seen.servers().stream()
                .filter(server -> !seen.isHolder(server))
                .anyMatch(server -> server.own() == Verdict.SERVES
                        && Policy.obstacle(seen, server).isEmpty());
    }

    /** Moves that cannot be read count as one that was just now. */
    private void mendMoves(Observation seen) {
        if (seen.memory().movesUnknown()) {
            record.count("unknown", seen.now());
        }
    }

    /** A restart may have cured what made the move fail, and a holder that serves proves that it is cured. */
    private void forgetFailedMoves(Observation seen) {
        seen.memory().failedMoves().keySet().stream()
                .filter(id -> seen.server(id)
                        .map(server -> mayHaveRecovered(seen, server))
                        .orElse(true))
                .forEach(record::forgetFailedMove);
    }

    private static boolean mayHaveRecovered(Observation seen, Server server) {
        return !Policy.failedBefore(seen, server) || (seen.isHolder(server) && seen.service() == Verdict.SERVES);
    }

    /** Forgets the watches of servers that have been replaced. */
    private void forgetOthers(Observation seen) {
        seen.memory().pulses().keySet().stream()
                .filter(id -> seen.server(id).isEmpty())
                .forEach(record::forget);
    }

    /** Asks EC2 now and then whether a failover would be permitted: seven calls, which is too many for each minute. */
    private void askForRights(Observation seen) {
        var last = seen.memory().rights();
        if (last != null && seen.now().isBefore(last.at().plus(RIGHTS))) {
            return;
        }
        var missing = Readiness.lacking(permissions.checks(seen));
        record.rights(new Rights(seen.now(), missing));
    }

    /** Writes down a move that was made while the record could not be reached, or by a person in the console. */
    private void complete(Observation seen) {
        if (!(seen.floating() instanceof Held held)) {
            return;
        }
        var history = record.history(1);
        if (!history.isEmpty() && history.get(0).at().isAfter(seen.now().minus(SETTLED))) {
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
                    seen.now(),
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
