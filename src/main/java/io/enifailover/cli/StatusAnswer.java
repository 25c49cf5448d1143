package io.enifailover.cli;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The controller's answer to an order for the status.
 *
 * @param state       of the interface: attached, attaching, detaching, available or missing
 * @param holder      server to which it is attached, or null
 * @param missing     roles that no server plays; null from a function that is older than this command
 * @param damped      why an automatic move would be held back now, or null
 * @param recordError why hold, lease, taint and history are unknown, or null if they are known
 * @param history     newest first
 */
record StatusAnswer(
        Instant time,
        @JsonProperty("interface") String interfaceId,
        String state,
        @Nullable Holder holder,
        Service service,
        List<ServerStatus> servers,
        List<Missing> missing,
        @Nullable HoldStatus hold,
        @Nullable LeaseStatus lease,
        @Nullable String damped,
        @Nullable String recordError,
        List<MoveEntry> history) {

    StatusAnswer {
        requireNonNull(time, "time");
        requireNonNull(interfaceId, "interface");
        requireNonNull(state, "state");
        requireNonNull(service, "service");
        servers = List.copyOf(requireNonNull(servers, "servers"));
        missing = missing == null ? List.of() : List.copyOf(missing);
        history = List.copyOf(requireNonNull(history, "history"));
    }

    /** Since and why: null if the history does not tell. */
    record Holder(
            String id,
            @Nullable String role,
            @Nullable Instant since,
            @Nullable String why) {
        Holder {
            requireNonNull(id, "holder.id");
        }

        @Override
        public String toString() {
            return (role == null ? "" : role + " ") + id;
        }
    }

    /** What the witness sees at the address of the service; null: there is no witness, or no answer. */
    record Service(
            @Nullable String url, String verdict, @Nullable Long milliseconds) {
        Service {
            requireNonNull(verdict, "service.verdict");
        }
    }

    record ServerStatus(
            String id,
            String role,
            boolean holds,
            String power,
            String verdict,
            @Nullable Instant tainted,
            boolean ready,
            List<CheckResult> checks) {
        ServerStatus {
            requireNonNull(id, "server.id");
            requireNonNull(role, "server.role");
            requireNonNull(power, "server.power");
            requireNonNull(verdict, "server.verdict");
            checks = List.copyOf(requireNonNull(checks, "server.checks"));
        }

        /** Everything that is not as it should be. */
        List<CheckResult> concerns() {
            return checks.stream().filter(check -> !check.passes()).toList();
        }

        @Override
        public String toString() {
            return role + " " + id;
        }
    }

    /**
     * A server that was terminated.
     *
     * @param remedy what a person has to do
     */
    record Missing(String role, String remedy) {
        Missing {
            requireNonNull(role, "missing.role");
            requireNonNull(remedy, "missing.remedy");
        }

        @Override
        public String toString() {
            return "the " + role + " does not exist";
        }
    }

    /** One thing that a failover needs. */
    record CheckResult(String name, String state, @Nullable String detail) {
        CheckResult {
            requireNonNull(name, "check.name");
            requireNonNull(state, "check.state");
        }

        boolean passes() {
            return state.equals("pass");
        }

        boolean fails() {
            return state.equals("fail");
        }
    }

    record HoldStatus(Instant until, String reason, String by) {
        HoldStatus {
            requireNonNull(until, "hold.until");
            requireNonNull(reason, "hold.reason");
            requireNonNull(by, "hold.by");
        }
    }

    record LeaseStatus(String owner, String intent, Instant deadline) {
        LeaseStatus {
            requireNonNull(owner, "lease.owner");
            requireNonNull(intent, "lease.intent");
            requireNonNull(deadline, "lease.deadline");
        }
    }

    /**
     * One entry of the history.
     *
     * @param outageMilliseconds as the witness saw it, or null
     * @param milliseconds       of each phase, in their order
     */
    record MoveEntry(
            Instant at,
            String kind,
            @Nullable String from,
            @Nullable String to,
            String reason,
            String by,
            String outcome,
            boolean forced,
            boolean withoutLease,
            @Nullable Long outageMilliseconds,
            Map<String, Long> milliseconds) {
        MoveEntry {
            requireNonNull(at, "history.at");
            requireNonNull(kind, "history.kind");
            requireNonNull(reason, "history.reason");
            requireNonNull(by, "history.by");
            requireNonNull(outcome, "history.outcome");
            requireNonNull(milliseconds, "history.milliseconds").values().forEach(Objects::requireNonNull);
        }

        long total() {
            return milliseconds.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    Optional<ServerStatus> server(String id) {
        return servers.stream().filter(server -> server.id().equals(id)).findFirst();
    }

    Optional<ServerStatus> ofRole(String role) {
        return servers.stream().filter(server -> server.role().equals(role)).findFirst();
    }

    /** What a person calls this server: its role, or its id if it no longer belongs to the pair. */
    String roleOr(String id) {
        return server(id).map(ServerStatus::role).orElse(id);
    }

    /** The server that would have to take over. */
    Optional<ServerStatus> candidate() {
        return servers.stream().filter(server -> !server.holds()).findFirst();
    }

    /** Why there is no candidate. */
    String noCandidate() {
        return missing.isEmpty()
                ? "there is no other server"
                : missing.stream().map(Missing::toString).collect(Collectors.joining(", "));
    }

    /** All that makes a difference; not what only time changes. */
    List<Object> gist() {
        return Stream.of(
                        state,
                        holder == null ? "" : holder.id(),
                        service.verdict(),
                        servers.stream()
                                .map(server -> server + server.power() + server.verdict() + server.concerns())
                                .toList(),
                        missing,
                        hold == null ? "" : hold,
                        lease == null ? "" : lease.intent(),
                        history.stream().limit(1).map(MoveEntry::at).toList())
                .toList();
    }

    boolean serves() {
        return service.verdict().equals("serves");
    }

    boolean moving() {
        return lease != null || state.equals("attaching") || state.equals("detaching");
    }
}
