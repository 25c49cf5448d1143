package io.enifailover.function;

import io.enifailover.function.InterfaceState.Held;
import io.enifailover.function.PairRecord.PairState;
import io.enifailover.function.Server.Verdict;
import io.enifailover.protocol.PairStatus.AbsentServer;
import io.enifailover.protocol.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a decision is based on.
 *
 * @param now      when it was made
 * @param floating the interface in EC2
 * @param attached when its current attachment began according to EC2, or null if there is none
 * @param servers  the servers that may hold it; more than two while a deployment replaces them
 * @param service  what the witness's probes of the Elastic IP showed
 * @param evidence what their failure shows
 * @param latency  how long the witness's last probe that passed there took, or null
 * @param reporter the server whose watch reports that the floating address fails, or null
 * @param recorded the pair record, empty if it cannot be reached
 * @param recordError why the record cannot be reached, or null if it can
 * @param addressLost whether EC2 shows no Elastic IP at the interface
 * @param endsWithHolder whether EC2 would delete the interface together with its holder
 */
record Observation(
        Instant now,
        InterfaceState floating,
        @Nullable Instant attached,
        List<Server> servers,
        Verdict service,
        Evidence evidence,
        @Nullable Duration latency,
        @Nullable String reporter,
        PairState recorded,
        @Nullable String recordError,
        boolean addressLost,
        boolean endsWithHolder) {

    /** What the failed probes of the service show. */
    enum Evidence {
        /** The two probes that should confirm a report fail differently, or the holder's machine is alive. */
        UNCLEAR,
        /** The holder's machine answers nothing, neither there nor at its own address if the witness knows that. */
        SILENT,
        /** In another way, and clearly. */
        CLEAR
    }

    /** Returns the same with the record's present state, but the earlier lease: this call's own lease has replaced it there. */
    Observation remembering(PairState now) {
        return new Observation(
                this.now,
                floating,
                attached,
                servers,
                service,
                evidence,
                latency,
                reporter,
                now.with(recorded.lease()),
                null,
                addressLost,
                endsWithHolder);
    }

    /** The server to which the interface is attached, or which it is being attached to or detached from. */
    Optional<Server> holder() {
        return floating instanceof Held held ? server(held.holder()) : Optional.empty();
    }

    boolean isHolder(Server server) {
        return holder().filter(server::equals).isPresent();
    }

    /**
     * Whether nothing comes back from the holder's machine, although EC2 shows it as running, while another server answers the
     * witness. Such a machine cannot confirm a detach.
     */
    boolean holderIsSilent() {
        return evidence == Evidence.SILENT
                && service.fails()
                && witnessSeesAServer()
                && holder().filter(Server::running).isPresent();
    }

    /** The server that reports a failure, if it is one of the pair's and not the holder, whose reports do not count. */
    Optional<Server> observer() {
        return reporter == null
                ? Optional.empty()
                : server(reporter).filter(it -> holder().filter(it::equals).isEmpty());
    }

    Optional<Server> server(String id) {
        return servers.stream().filter(server -> server.id().equals(id)).findFirst();
    }

    List<AbsentServer> missing() {
        return Arrays.stream(Role.values())
                .filter(role -> servers.stream().noneMatch(server -> server.role() == role))
                .map(AbsentServer::of)
                .toList();
    }

    /** Whether every probe of the witness failed: its own path may be broken. */
    boolean witnessSeesNothing() {
        return service.fails() && !witnessSeesAServer();
    }

    /** Whether the witness's probes show any server that serves at its own address. */
    boolean witnessSeesAServer() {
        return servers.stream().anyMatch(server -> server.health() == Verdict.SERVES);
    }
}
