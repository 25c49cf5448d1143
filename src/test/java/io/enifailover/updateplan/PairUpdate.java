package io.enifailover.updateplan;

import io.enifailover.function.PairServers;
import io.enifailover.protocol.Role;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;

/** What an update means for a live pair and its clients, as far as it follows from the plan. */
public record PairUpdate(Servers servers, boolean newInterface, Moves moves, Outage outage) {
    private static final String INSTANCE = "AWS::EC2::Instance";
    private static final String SWAP = "Custom::InterfaceSwap";

    public enum Servers {
        STAY("stay"),
        PRIMARY_NEW("primary new"),
        STANDBY_NEW("standby new"),
        BOTH_NEW("both new"),
        RESTARTED("stopped and started, at the same time");

        private final String text;

        Servers(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    public enum Moves {
        NONE("none"),
        ONE("one"),
        ONE_IF_PRIMARY_HOLDS("one, if the primary is active"),
        ONE_IF_STANDBY_HOLDS("one, if the standby is active"),
        ONE_IF_ELSEWHERE("one, if the other server is active"),
        ATTACH("the new interface is attached");

        private final String text;

        Moves(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    public enum Outage {
        NONE("none"),
        PLANNED_MOVE("one planned move"),
        AT_MOST_ONE_PLANNED_MOVE("at most one planned move"),
        /** The Elastic IP is re-associated once the new servers serve; the swap follows. */
        FROM_ASSOCIATION_TO_SWAP("from the re-association of the Elastic IP to the swap, then one attach"),
        /** The Elastic IP is re-associated as soon as the new interface exists, before the new servers boot. */
        FIRST_BOOT(
                "minutes: from the re-association of the Elastic IP, through the first boot of the new servers, to one attach"),
        RESTART("until a server has started again"),
        REFUSED("not possible on a live stack: `destroy`, then `deploy`");

        private final String text;

        Outage(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    public static PairUpdate of(UpdatePlan plan) {
        var servers = servers(plan);
        var newInterface = plan.ofType("AWS::EC2::NetworkInterface")
                .anyMatch(change -> change.action().creates());
        var moves = newInterface ? Moves.ATTACH : moves(plan, servers);
        return new PairUpdate(servers, newInterface, moves, outage(plan, servers, newInterface, moves));
    }

    /** Returns the cells of its row in the README. */
    public String cells() {
        return outage == Outage.REFUSED
                ? "– | – | – | " + outage
                : "%s | %s | %s | %s".formatted(servers, newInterface ? "new" : "stays", moves, outage);
    }

    private static Servers servers(UpdatePlan plan) {
        if (!roles(plan, Action.UPDATE_WITH_INTERRUPTION::equals).isEmpty()) {
            return Servers.RESTARTED;
        }
        var created = roles(plan, Action::creates);
        if (created.isEmpty()) {
            return Servers.STAY;
        }
        return created.size() == 2
                ? Servers.BOTH_NEW
                : created.contains(Role.PRIMARY) ? Servers.PRIMARY_NEW : Servers.STANDBY_NEW;
    }

    private static Set<Role> roles(UpdatePlan plan, Predicate<Action> which) {
        var roles = EnumSet.noneOf(Role.class);
        plan.ofType(INSTANCE)
                .filter(change -> which.test(change.action()))
                .map(change -> plan.after().resources().get(change.logicalId()))
                .filter(instance -> instance != null)
                .map(instance -> Role.named(PairServers.ROLE_TAG, instance.tag(PairServers.ROLE_TAG)))
                .forEach(roles::add);
        return roles;
    }

    /** CloudFormation calls the swap if one of its properties changes; who holds the interface decides whether it moves. */
    private static Moves moves(UpdatePlan plan, Servers servers) {
        var asksForHolder =
                plan.ofType(SWAP).anyMatch(change -> change.properties().contains("Holder"));
        return switch (servers) {
            case BOTH_NEW -> Moves.ONE;
            case PRIMARY_NEW -> Moves.ONE_IF_PRIMARY_HOLDS;
            case STANDBY_NEW -> Moves.ONE_IF_STANDBY_HOLDS;
            case STAY, RESTARTED -> asksForHolder ? Moves.ONE_IF_ELSEWHERE : Moves.NONE;
        };
    }

    private static Outage outage(UpdatePlan plan, Servers servers, boolean newInterface, Moves moves) {
        if (Defects.refusedByEc2(plan)) {
            return Outage.REFUSED;
        }
        if (servers == Servers.RESTARTED) {
            return Outage.RESTART;
        }
        if (newInterface) {
            return associationWaitsForServers(plan) ? Outage.FROM_ASSOCIATION_TO_SWAP : Outage.FIRST_BOOT;
        }
        return switch (moves) {
            case NONE -> Outage.NONE;
            case ONE -> Outage.PLANNED_MOVE;
            default -> Outage.AT_MOST_ONE_PLANNED_MOVE;
        };
    }

    private static boolean associationWaitsForServers(UpdatePlan plan) {
        var after = plan.after();
        return after.resources().values().stream()
                .filter(resource -> resource.type().equals("AWS::EC2::EIPAssociation")
                        && resource.properties().has("NetworkInterfaceId"))
                .allMatch(association -> plan.ofType(INSTANCE)
                        .filter(instance -> after.resources().containsKey(instance.logicalId()))
                        .allMatch(instance -> after.waitsFor(association.logicalId(), instance.logicalId())));
    }
}
