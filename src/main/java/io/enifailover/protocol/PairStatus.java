package io.enifailover.protocol;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The answer to an order for the status.
 *
 * @param time        when it was observed
 * @param state       of the interface: attached, attaching, detaching, available or missing
 * @param holder      server to which the interface is attached, or null
 * @param missing     roles without a server; null from a function that is older than the command
 * @param hold        hold in effect now, or null
 * @param lease       of the move that is under way, or null
 * @param damped      why an automatic move would be held back now, or null
 * @param recordError why hold, lease, taint and history are unknown, or null if they are known
 * @param history     newest first
 */
public record PairStatus(
        Instant time,
        String interfaceId,
        String state,
        @Nullable ActiveServer holder,
        ServiceStatus service,
        List<ServerStatus> servers,
        List<AbsentServer> missing,
        @Nullable Hold hold,
        @Nullable LeaseStatus lease,
        @Nullable String damped,
        @Nullable String recordError,
        List<MoveEntry> history)
        implements Answer {

    public PairStatus {
        requireNonNull(time, "time");
        requireNonNull(interfaceId, "interfaceId");
        requireNonNull(state, "state");
        requireNonNull(service, "service");
        servers = List.copyOf(requireNonNull(servers, "servers"));
        missing = missing == null ? List.of() : List.copyOf(missing);
        history = List.copyOf(requireNonNull(history, "history"));
    }

    /**
     * The server to which the interface is attached.
     *
     * @param role  null if it is not one of the pair's servers
     * @param since when it got the interface, or null if the history does not tell
     * @param why   why it got the interface, or null if the history does not tell
     */
    public record ActiveServer(
            String id,
            @Nullable Role role,
            @Nullable Instant since,
            @Nullable String why) {
        public ActiveServer {
            requireNonNull(id, "holder.id");
        }

        @Override
        public String toString() {
            return (role == null ? "" : role + " ") + id;
        }
    }

    /**
     * What the witness sees at the address of the service.
     *
     * @param url          null if there is no witness
     * @param verdict      serves, fails or unseen
     * @param milliseconds how long the answer took, or null if there was none
     */
    public record ServiceStatus(
            @Nullable String url, String verdict, @Nullable Long milliseconds) {
        public ServiceStatus {
            requireNonNull(verdict, "service.verdict");
        }
    }

    /**
     * A server of the pair.
     *
     * @param holds   whether the interface is attached to it
     * @param power   instance state in EC2, such as running
     * @param verdict what the witness sees at its own address: serves, fails or unseen
     * @param tainted since when it is tainted, or null
     * @param ready   whether no check fails
     */
    public record ServerStatus(
            String id,
            Role role,
            boolean holds,
            String power,
            String verdict,
            @Nullable Instant tainted,
            boolean ready,
            List<ReadinessCheck> checks) {
        public ServerStatus {
            requireNonNull(id, "server.id");
            requireNonNull(role, "server.role");
            requireNonNull(power, "server.power");
            requireNonNull(verdict, "server.verdict");
            checks = List.copyOf(requireNonNull(checks, "server.checks"));
        }

        /** Returns the checks that did not pass. */
        public List<ReadinessCheck> concerns() {
            return checks.stream().filter(check -> !check.passed()).toList();
        }

        /** Returns the failed checks with their details in one text, or an empty text. */
        public String failures() {
            return checks.stream()
                    .filter(ReadinessCheck::failed)
                    .map(check -> check.name() + ": " + check.detail())
                    .collect(Collectors.joining("; "));
        }

        @Override
        public String toString() {
            return role + " " + id;
        }
    }

    /**
     * A server that was terminated. CloudFormation does not detect that, and does not replace it while the template stays the same.
     *
     * @param remedy what a person has to do
     */
    public record AbsentServer(Role role, String remedy) {
        public AbsentServer {
            requireNonNull(role, "missing.role");
            requireNonNull(remedy, "missing.remedy");
        }

        public static AbsentServer of(Role role) {
            return new AbsentServer(
                    role,
                    ("rebuild it: deploy with -c %sGeneration=N, where N is one more than it is now (the default is 1);"
                                    + " see \"Rebuild a server\" in docs/operations.md")
                            .formatted(role));
        }

        @Override
        public String toString() {
            return "the " + role + " does not exist";
        }
    }

    /**
     * The lease of a move that is under way.
     *
     * @param owner    call that moves the interface
     * @param intent   instance to which it moves the interface
     * @param deadline when the lease expires
     */
    public record LeaseStatus(String owner, String intent, Instant deadline) {
        public LeaseStatus {
            requireNonNull(owner, "lease.owner");
            requireNonNull(intent, "lease.intent");
            requireNonNull(deadline, "lease.deadline");
        }
    }

    public Optional<ServerStatus> server(String id) {
        return servers.stream().filter(server -> server.id().equals(id)).findFirst();
    }

    public Optional<ServerStatus> ofRole(Role role) {
        return servers.stream().filter(server -> server.role() == role).findFirst();
    }

    /** Returns the name to show for a server: its role, or its id if it no longer belongs to the pair. */
    public String roleOr(String id) {
        return server(id).map(server -> server.role().toString()).orElse(id);
    }

    /** Returns the server that would have to take over. */
    public Optional<ServerStatus> candidate() {
        return servers.stream().filter(server -> !server.holds()).findFirst();
    }

    /** Returns why there is no candidate. */
    public String noCandidate() {
        return missing.isEmpty()
                ? "there is no other server"
                : missing.stream().map(AbsentServer::toString).collect(Collectors.joining(", "));
    }

    public boolean serves() {
        return service.verdict().equals("serves");
    }

    public boolean moving() {
        return lease != null || state.equals("attaching") || state.equals("detaching");
    }
}
