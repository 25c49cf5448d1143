package io.enifailover.controller;

import io.enifailover.controller.InterfaceState.Held;
import io.enifailover.controller.InterfaceState.Status;
import org.jspecify.annotations.Nullable;

/**
 * Decides who holds the floating interface when a stack is created or updated; the first row that fits counts.
 *
 * <table>
 * <caption>The holder that a deployment asks for</caption>
 * <tr><th>asked</th><th>interface</th><th>holder</th></tr>
 * <tr><td>primary, standby</td><td>any</td><td>that server</td></tr>
 * <tr><td>none</td><td>leaves a server of the pair</td><td>the other one: an earlier run died on its way there</td></tr>
 * <tr><td>none</td><td>on a server of the pair</td><td>that server: a deployment causes no outage</td></tr>
 * <tr><td>none</td><td>on a server that was replaced</td><td>its successor in the same role</td></tr>
 * <tr><td>none</td><td>on a stranger, available, not found</td><td>the primary</td></tr>
 * </table>
 */
final class SwapPolicy {

    /** What to do, and why. */
    sealed interface Decision {
        String reason();

        /** Do nothing. */
        record Keep(String holder, String reason) implements Decision {}

        /** Bring the interface to this instance. */
        record MoveTo(String instanceId, String reason) implements Decision {}
    }

    /**
     * What the deployment asks for.
     *
     * @param pair the servers now
     * @param before the servers before this deployment, the same if there are no others
     * @param asked the holder that the deployer wants, or null
     */
    record Order(Pair pair, Pair before, @Nullable Role asked) {}

    private SwapPolicy() {}

    static Decision decide(Order order, InterfaceState seen) {
        var wanted = wanted(order, seen);
        return seen instanceof Held held && held.on(wanted.instanceId(), Status.ATTACHED)
                ? new Decision.Keep(wanted.instanceId(), wanted.reason())
                : wanted;
    }

    private static Decision.MoveTo wanted(Order order, InterfaceState seen) {
        var pair = order.pair();
        if (order.asked() != null) {
            return new Decision.MoveTo(pair.server(order.asked()), "the " + order.asked() + " is asked for");
        }
        if (seen instanceof Held held) {
            var role = pair.roleOf(held.holder());
            if (role != null && held.status() == Status.DETACHING) {
                return new Decision.MoveTo(
                        pair.server(role.other()), "a move away from the " + role + " is unfinished");
            }
            if (role != null) {
                return new Decision.MoveTo(held.holder(), "the " + role + " holds it");
            }
            var formerRole = order.before().roleOf(held.holder());
            if (formerRole != null) {
                return new Decision.MoveTo(
                        pair.server(formerRole), "the " + formerRole + " " + held.holder() + " was replaced");
            }
        }
        return new Decision.MoveTo(pair.primaryId(), "no server of the pair holds it");
    }
}
