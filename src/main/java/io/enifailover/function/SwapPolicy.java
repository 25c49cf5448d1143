package io.enifailover.function;

import io.enifailover.function.Decision.Keep;
import io.enifailover.function.Decision.MoveTo;
import io.enifailover.function.Decision.ProbeAgain;
import io.enifailover.function.HealthProber.Series;
import io.enifailover.function.InterfaceState.Held;
import io.enifailover.function.InterfaceState.Status;
import io.enifailover.function.Server.Power;
import io.enifailover.function.Server.Verdict;
import io.enifailover.protocol.Role;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides who holds the floating interface when a stack is created or updated: a pure function. The first row that matches in
 * docs/design.md, "Who holds it after a deployment", applies.
 *
 * <p>A rollback is an update like any other, because CloudFormation does not mark it: the old servers are the pair, and those of
 * the failed deployment are the ones before.
 */
final class SwapPolicy {

    /**
     * What the deployment requests.
     *
     * @param pair   the servers now
     * @param before the servers before this deployment, or the same ones if it replaces none
     * @param holder the server that the stack's settings name, or null
     * @param requested whether this deployment is the first with that holder. An earlier request was carried out once, and must
     *     not undo a later failover.
     * @param first  whether the stack is new
     */
    record Deployment(Pair pair, Pair before, @Nullable Role holder, boolean requested, boolean first) {

        static Deployment create(SwapProperties properties) {
            var holder = properties.holder();
            return new Deployment(properties.pair(), properties.pair(), holder, holder != null, true);
        }

        /** @param old properties before the update, or null if they were not usable */
        static Deployment update(SwapProperties properties, @Nullable SwapProperties old) {
            var holder = properties.holder();
            return new Deployment(
                    properties.pair(),
                    old == null ? properties.pair() : old.pair(),
                    holder,
                    holder != null && old != null && holder != old.holder(),
                    false);
        }
    }

    private final Deployment deployment;
    private final Observation observation;
    private final boolean mayProbeAgain;

    private SwapPolicy(Deployment deployment, Observation observation, boolean mayProbeAgain) {
        this.deployment = deployment;
        this.observation = observation;
        this.mayProbeAgain = mayProbeAgain;
    }

    /**
     * @param mayProbeAgain whether there is time to wait for evidence that is missing or may change: EC2 shows a new server and
     *     its address late, and one failed probe proves nothing
     */
    static Decision decide(Deployment deployment, Observation observation, boolean mayProbeAgain) {
        return new SwapPolicy(deployment, observation, mayProbeAgain).decide();
    }

    private Decision decide() {
        var lease = observation.recorded().leaseAt(observation.now());
        if (lease.isPresent()) {
            return new ProbeAgain(
                    "%s is moving it to %s"
                            .formatted(lease.get().owner(), lease.get().intent()),
                    Series.SHORT);
        }
        if (deployment.requested() && deployment.holder() != null) {
            return requested(deployment.holder());
        }
        if (observation.floating() instanceof Held held && !deployment.first()) {
            var role = deployment.pair().roleOf(held.holder());
            if (role != null) {
                return held.status() == Status.DETACHING
                        ? bring(role.other(), "a move away from the " + role + " is unfinished")
                        : heldBy(role, held.holder());
            }
            var formerRole = deployment.before().roleOf(held.holder());
            if (formerRole != null) {
                return bring(formerRole, "the " + formerRole + " " + held.holder() + " was replaced");
            }
        }
        return bring(
                deployment.holder() == null ? Role.PRIMARY : deployment.holder(),
                deployment.first() ? "the stack is new" : "no server of the pair holds it");
    }

    private Decision requested(Role role) {
        var id = id(role);
        var reason = "the " + role + " is requested";
        if (holds(id, Status.ATTACHED)) {
            return new Keep(reason);
        }
        if (mayProbeAgain && isDoubtful(id)) {
            return probeLonger(role);
        }
        return objection(id)
                .<Decision>map(why -> refuse(
                        ("nothing was changed: holder=%s is not possible, since the %s %s %s; repair it (see failover"
                                        + " preflight) and deploy again, or deploy without this holder")
                                .formatted(role, role, id, why)))
                .orElseGet(() -> new MoveTo(id, Kind.SWAP, reason));
    }

    private Decision heldBy(Role role, String id) {
        var held = "the " + role + " holds it";
        if (observation.service() == Verdict.SERVES) {
            return settle(id, held);
        }
        var server = observation.server(id);
        var mayChange = observation.service() == Verdict.FAILS
                || server.isEmpty()
                || server.get().power() == Power.STARTING;
        if (mayProbeAgain && mayChange) {
            return probeLonger(role);
        }
        var failure = holderFailure(server);
        if (failure.isEmpty()) {
            return settle(id, held);
        }
        var other = role.other();
        if (mayProbeAgain && isDoubtful(id(other))) {
            return probeLonger(other);
        }
        var why = held + " and " + failure.get();
        return objection(id(other))
                .map(objection -> settle(id, "%s, but the %s %s".formatted(why, other, objection)))
                .orElseGet(() -> new MoveTo(id(other), Kind.SWAP, why));
    }

    /** Returns why the server that holds the interface does not serve, or nothing if it may serve. */
    private Optional<String> holderFailure(Optional<Server> server) {
        if (server.isEmpty()) {
            return Optional.of("does not exist");
        }
        if (!server.get().running()) {
            return Policy.obstacle(observation, server.get());
        }
        return observation.service().fails() && witnessSeesAServer() ? Optional.of("does not serve") : Optional.empty();
    }

    private Decision bring(Role first, String reason) {
        var roles = List.of(first, first.other());
        for (var role : roles) {
            if (mayProbeAgain && isDoubtful(id(role))) {
                return probeLonger(role);
            }
            if (objection(id(role)).isEmpty()) {
                var detour = role == first
                        ? ""
                        : ", and the %s %s"
                                .formatted(first, objection(id(first)).orElseThrow());
                return settle(id(role), reason + detour);
            }
        }
        var objections = "%s %s %s, %s %s %s"
                .formatted(
                        first,
                        id(first),
                        objection(id(first)).orElseThrow(),
                        first.other(),
                        id(first.other()),
                        objection(id(first.other())).orElseThrow());
        if (observation.floating() instanceof Held held
                && held.status() != Status.DETACHING
                && observation.service() == Verdict.SERVES) {
            return refuse(("nothing was changed, and %s keeps serving: no server of the pair can take over (%s);"
                            + " repair one (see failover preflight) and deploy again")
                    .formatted(held.holder(), objections));
        }
        return roles.stream()
                .map(this::id)
                .filter(id -> obstacle(id).isEmpty())
                .findFirst()
                .map(id -> settle(id, "%s; no server is known to serve (%s)".formatted(reason, objections)))
                .orElseGet(() -> refuse(("nothing was changed: no server of the pair can hold the interface (%s);"
                                + " repair one (see failover preflight) and deploy again")
                        .formatted(objections)));
    }

    /** Keeps the interface at this server, or moves it there. */
    private Decision settle(String id, String reason) {
        return holds(id, Status.ATTACHED) ? new Keep(reason) : new MoveTo(id, Kind.SWAP, reason);
    }

    /** Changes nothing, and fails the deployment. */
    private static Decision refuse(String reason) {
        return new Keep(reason, null, Refusal.NOT_READY);
    }

    private static Decision probeLonger(Role role) {
        return new ProbeAgain("it is not certain whether the " + role + " can hold it", Series.LONG);
    }

    /** Returns why a server is not fit, or nothing. */
    private Optional<String> objection(String id) {
        return obstacle(id)
                .or(() -> serves(id) || !witnessSeesAServer()
                        ? Optional.empty()
                        : observation
                                .server(id)
                                .filter(server -> server.health().fails())
                                .map(server -> "does not serve"));
    }

    /** Returns why a server cannot hold the interface, whether or not it serves. */
    private Optional<String> obstacle(String id) {
        var server = observation.server(id);
        if (server.isPresent()) {
            return Policy.obstacle(observation, server.get());
        }
        // CloudFormation has just created the servers of a new stack, so EC2 does not show this one yet.
        return deployment.first() ? Optional.empty() : Optional.of("does not exist");
    }

    /** Whether another observation of this server may have a different result. */
    private boolean isDoubtful(String id) {
        if (serves(id)) {
            return false;
        }
        var server = observation.server(id);
        return server.isEmpty()
                || server.get().power() == Power.STARTING
                || (server.get().running() && server.get().publicAddress() == null)
                || server.get().health().fails();
    }

    /** Whether this server answers at the floating address. */
    private boolean serves(String id) {
        return observation.service() == Verdict.SERVES && holds(id, Status.ATTACHED);
    }

    /** Whether the witness reaches any server that serves. Otherwise its results prove nothing: its own path may be broken. */
    private boolean witnessSeesAServer() {
        return observation.service() == Verdict.SERVES
                || observation.servers().stream().anyMatch(server -> server.health() == Verdict.SERVES);
    }

    private boolean holds(String id, Status status) {
        return observation.floating() instanceof Held held && held.on(id, status);
    }

    private String id(Role role) {
        return deployment.pair().server(role);
    }
}
