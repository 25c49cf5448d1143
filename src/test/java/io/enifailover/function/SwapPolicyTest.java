package io.enifailover.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.enifailover.function.Decision.Keep;
import io.enifailover.function.Decision.MoveTo;
import io.enifailover.function.Decision.ProbeAgain;
import io.enifailover.function.HealthProber.Series;
import io.enifailover.function.InterfaceState.Available;
import io.enifailover.function.InterfaceState.Gone;
import io.enifailover.function.InterfaceState.Held;
import io.enifailover.function.InterfaceState.Status;
import io.enifailover.function.Observation.Evidence;
import io.enifailover.function.PairRecord.Lease;
import io.enifailover.function.PairRecord.PairState;
import io.enifailover.function.Server.Power;
import io.enifailover.function.Server.Verdict;
import io.enifailover.function.SwapPolicy.Deployment;
import io.enifailover.protocol.Role;
import io.enifailover.simulation.VirtualTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** P and S are the servers now, OLD-P and OLD-S those before, X is a stranger. All of them serve, unless a test says otherwise. */
class SwapPolicyTest {
    private static final Instant NOW = VirtualTime.START;
    private static final Pair PAIR = new Pair("P", "S");
    private static final Pair OLD = new Pair("OLD-P", "OLD-S");
    private static final Deployment UPDATE = new Deployment(PAIR, OLD, null, false, false);
    private static final Deployment CREATE = new Deployment(PAIR, PAIR, null, false, true);

    private final Map<String, Server> servers = new LinkedHashMap<>();
    private final Map<String, Instant> tainted = new LinkedHashMap<>();
    private InterfaceState floating = on("P");
    private @Nullable Lease lease;
    private Verdict service = Verdict.SERVES;
    private boolean mayProbeAgain;

    SwapPolicyTest() {
        server("P", Power.RUNNING, Verdict.SERVES);
        server("S", Power.RUNNING, Verdict.SERVES);
        server("OLD-P", Power.RUNNING, Verdict.SERVES);
        server("OLD-S", Power.RUNNING, Verdict.SERVES);
    }

    @ParameterizedTest
    @CsvSource({
        // requested, interface, decision
        ",        available,        move to P",
        ",        not found,        move to P",
        ",        attached to P,    keep P",
        ",        attached to S,    keep S",
        ",        attached to OLD-P, move to P",
        ",        attached to OLD-S, move to S",
        ",        attached to X,    move to P",
        ",        attaching to P,   move to P",
        ",        attaching to S,   move to S",
        ",        attaching to OLD-P, move to P",
        ",        attaching to OLD-S, move to S",
        ",        attaching to X,   move to P",
        ",        detaching from P, move to S",
        ",        detaching from S, move to P",
        ",        detaching from OLD-P, move to P",
        ",        detaching from OLD-S, move to S",
        ",        detaching from X, move to P",
        "PRIMARY, available,        move to P",
        "PRIMARY, not found,        move to P",
        "PRIMARY, attached to P,    keep P",
        "PRIMARY, attached to S,    move to P",
        "PRIMARY, attached to OLD-P, move to P",
        "PRIMARY, attached to OLD-S, move to P",
        "PRIMARY, attached to X,    move to P",
        "PRIMARY, attaching to P,   move to P",
        "PRIMARY, attaching to S,   move to P",
        "PRIMARY, attaching to OLD-P, move to P",
        "PRIMARY, attaching to OLD-S, move to P",
        "PRIMARY, attaching to X,   move to P",
        "PRIMARY, detaching from P, move to P",
        "PRIMARY, detaching from S, move to P",
        "PRIMARY, detaching from OLD-P, move to P",
        "PRIMARY, detaching from OLD-S, move to P",
        "PRIMARY, detaching from X, move to P",
        "STANDBY, available,        move to S",
        "STANDBY, not found,        move to S",
        "STANDBY, attached to P,    move to S",
        "STANDBY, attached to S,    keep S",
        "STANDBY, attached to OLD-P, move to S",
        "STANDBY, attached to OLD-S, move to S",
        "STANDBY, attached to X,    move to S",
        "STANDBY, attaching to P,   move to S",
        "STANDBY, attaching to S,   move to S",
        "STANDBY, attaching to OLD-P, move to S",
        "STANDBY, attaching to OLD-S, move to S",
        "STANDBY, attaching to X,   move to S",
        "STANDBY, detaching from P, move to S",
        "STANDBY, detaching from S, move to S",
        "STANDBY, detaching from OLD-P, move to S",
        "STANDBY, detaching from OLD-S, move to S",
        "STANDBY, detaching from X, move to S",
    })
    void decidesAsTheTableSays(@Nullable Role requested, String interfaceState, String decision) {
        var deployment = new Deployment(PAIR, OLD, requested, requested != null, false);
        floating = state(interfaceState);

        service = floating instanceof Held ? Verdict.SERVES : Verdict.UNSEEN;
        assertThat(decide(deployment)).as("with a witness").isEqualTo(decision);

        withoutWitness();
        assertThat(decide(deployment)).as("without a witness").isEqualTo(decision);
    }

    @Test
    void leavesALiveHolderAloneWhateverElseWasReplaced() {
        for (var before : List.of(
                PAIR, new Pair("OLD-P", "S"), new Pair("P", "OLD-S"), new Pair("OLD-P", "OLD-S"), new Pair("S", "P"))) {
            var deployment = new Deployment(PAIR, before, null, false, false);
            floating = on("P");
            assertThat(decide(deployment)).isEqualTo("keep P");
            floating = on("S");
            assertThat(decide(deployment)).isEqualTo("keep S");
        }
    }

    @Test
    void takesAServerOfAnotherStackForAStranger() {
        floating = on("OLD-S");

        assertThat(decide(new Deployment(PAIR, PAIR, null, false, false))).isEqualTo("move to P");
        assertThat(decide(new Deployment(PAIR, new Pair("OLD-P", "S"), null, false, false)))
                .isEqualTo("move to P");
    }

    @Test
    void decidesTheSameAgainOnceItsDecisionIsDone() {
        for (var requested : new @Nullable Role[] {null, Role.PRIMARY, Role.STANDBY}) {
            for (var before : List.of(PAIR, OLD)) {
                for (var first : new boolean[] {false, true}) {
                    for (var state : states()) {
                        var deployment = new Deployment(PAIR, before, requested, requested != null, first);
                        floating = state;
                        var decision = decided(deployment);
                        var holder = decision instanceof MoveTo move ? move.serverId() : ((Held) state).holder();
                        floating = on(holder);
                        assertThat(decide(deployment))
                                .as("%s, %s", deployment, state)
                                .isEqualTo("keep " + holder);
                    }
                }
            }
        }
    }

    @Test
    void waitsForTheOwnerOfAValidLease() {
        lease = new Lease("a failover", "S", NOW.plusSeconds(1), 1);

        assertThat(decided(UPDATE)).isEqualTo(new ProbeAgain("a failover is moving it to S", Series.SHORT));

        lease = new Lease("a failover", "S", NOW, 1);
        assertThat(decide(UPDATE)).isEqualTo("keep P");
    }

    @Test
    void countsAWishOnce() {
        var plain = new SwapProperties("eni-01234567", PAIR, null, null);
        var standby = new SwapProperties("eni-01234567", PAIR, Role.STANDBY, null);
        var primary = new SwapProperties("eni-01234567", OLD, Role.PRIMARY, null);

        assertThat(Deployment.create(standby).requested()).isTrue();
        assertThat(Deployment.create(plain).requested()).isFalse();
        assertThat(Deployment.update(standby, plain).requested()).isTrue();
        assertThat(Deployment.update(standby, primary).requested()).isTrue();
        assertThat(Deployment.update(standby, standby).requested()).isFalse();
        assertThat(Deployment.update(plain, standby).requested()).isFalse();
        assertThat(Deployment.update(standby, null).requested())
                .as("the earlier request is unknown")
                .isFalse();
        assertThat(Deployment.update(standby, primary).before()).isEqualTo(OLD);
    }

    @ParameterizedTest
    @CsvSource({
        "STOPPED,  is stopped",
        "STOPPING, is stopping",
        "STARTING, is starting",
    })
    void refusesAWishForAServerThatDoesNotRun(Power power, String why) {
        server("S", power, Verdict.UNSEEN);

        assertThat(refusal(asking(Role.STANDBY)))
                .isEqualTo("nothing was changed: holder=standby is not possible, since the standby S " + why
                        + "; repair it (see failover preflight) and deploy again, or deploy without this holder");
        withoutWitness();
        assertThat(refusal(asking(Role.STANDBY))).contains("the standby S " + why);
    }

    @Test
    void refusesAWishForAServerThatIsTaintedOrHasNoRoomOrDoesNotExist() {
        tainted.put("S", NOW);
        assertThat(refusal(asking(Role.STANDBY))).contains("the standby S is tainted");

        tainted.clear();
        servers.put("S", new Server("S", Role.STANDBY, Power.RUNNING, NOW, "a", false, "192.0.2.1", Verdict.SERVES));
        assertThat(refusal(asking(Role.STANDBY))).contains("the standby S has another interface at device index 1");

        servers.remove("S");
        assertThat(refusal(asking(Role.STANDBY))).contains("the standby S does not exist");
    }

    @Test
    void refusesAWishForAServerThatDoesNotServeWhileAnyOtherDoes() {
        server("S", Power.RUNNING, Verdict.FAILS_FOR_LONG);
        assertThat(refusal(asking(Role.STANDBY))).contains("the standby S does not serve");

        floating = new Available();
        service = Verdict.UNSEEN;
        assertThat(refusal(asking(Role.STANDBY))).contains("the standby S does not serve");
    }

    @Test
    void grantsAWishWhenTheWitnessSeesNobodyAtAll() {
        witnessSeesNobody();

        assertThat(decide(asking(Role.STANDBY))).isEqualTo("move to S");
    }

    @Test
    void keepsTheHolderThatIsAskedForWhateverItsHealth() {
        server("P", Power.RUNNING, Verdict.FAILS_FOR_LONG);
        service = Verdict.FAILS_FOR_LONG;

        assertThat(decide(asking(Role.PRIMARY))).isEqualTo("keep P");
    }

    @Test
    void leavesAHolderThatFailsForTheOtherOne() {
        server("P", Power.RUNNING, Verdict.FAILS_FOR_LONG);
        service = Verdict.FAILS_FOR_LONG;
        assertThat(decided(UPDATE)).isEqualTo(moveTo("S", "the primary holds it and does not serve"));

        floating = new Held("eni-attach-1", "P", Status.ATTACHING);
        assertThat(decide(UPDATE)).as("an attach that does not end").isEqualTo("move to S");
    }

    @Test
    void leavesAHolderThatDoesNotRunForTheOtherOneAlsoWithoutAWitness() {
        withoutWitness();
        server("P", Power.STOPPED, Verdict.UNSEEN);
        assertThat(decided(UPDATE)).isEqualTo(moveTo("S", "the primary holds it and is stopped"));

        servers.remove("P");
        assertThat(decided(UPDATE)).isEqualTo(moveTo("S", "the primary holds it and does not exist"));
    }

    @Test
    void keepsAHolderThatFailsWhenTheOtherOneIsNotFit() {
        server("P", Power.RUNNING, Verdict.FAILS_FOR_LONG);
        service = Verdict.FAILS_FOR_LONG;
        server("S", Power.STOPPED, Verdict.UNSEEN);

        assertThat(decided(UPDATE))
                .isEqualTo(new Keep("the primary holds it and does not serve, but the standby is stopped"));
    }

    @Test
    void keepsAHolderThatCannotBeJudged() {
        witnessSeesNobody();

        assertThat(decide(UPDATE)).isEqualTo("keep P");
    }

    /** EC2 may leave a server out of an answer. */
    @Test
    void keepsAHolderThatServesThoughEc2DoesNotShowIt() {
        servers.remove("P");

        assertThat(decide(UPDATE)).isEqualTo("keep P");
    }

    @ParameterizedTest
    @EnumSource(
            value = Verdict.class,
            names = {"FAILS", "FAILS_FOR_LONG"})
    void passesAReplacedHolderOnToTheOtherServerIfItsSuccessorIsNotFit(Verdict verdict) {
        floating = on("OLD-P");
        server("P", Power.RUNNING, verdict);

        assertThat(decided(UPDATE))
                .isEqualTo(moveTo("S", "the primary OLD-P was replaced, and the primary does not serve"));
    }

    @Test
    void refusesToLeaveAReplacedHolderThatServesIfNobodyIsFit() {
        floating = on("OLD-P");
        server("P", Power.RUNNING, Verdict.FAILS_FOR_LONG);
        server("S", Power.STOPPED, Verdict.UNSEEN);

        assertThat(refusal(UPDATE))
                .isEqualTo("nothing was changed, and OLD-P keeps serving: no server of the pair can take over"
                        + " (primary P does not serve, standby S is stopped); repair one (see failover preflight) and"
                        + " deploy again");
    }

    @Test
    void passesAReplacedHolderThatFailsOnToWhoeverCanHoldTheInterface() {
        floating = on("OLD-P");
        service = Verdict.FAILS_FOR_LONG;
        server("P", Power.STOPPED, Verdict.UNSEEN);
        server("S", Power.RUNNING, Verdict.FAILS_FOR_LONG);

        assertThat(decided(UPDATE))
                .isEqualTo(moveTo(
                        "S",
                        "the primary OLD-P was replaced; no server is known to serve"
                                + " (primary P is stopped, standby S does not serve)"));
    }

    /** What serves at this moment will not do so for long. */
    @Test
    void leavesAReplacedHolderThatTheInterfaceIsLeavingAnyway() {
        floating = new Held("eni-attach-1", "OLD-P", Status.DETACHING);
        server("P", Power.RUNNING, Verdict.FAILS_FOR_LONG);
        server("S", Power.STOPPED, Verdict.UNSEEN);

        assertThat(decide(UPDATE)).isEqualTo("move to P");
    }

    /** An answer at the floating address proves that the witness sees the pair. */
    @Test
    void believesAWitnessThatSeesNobodyButTheService() {
        floating = on("OLD-P");
        servers.remove("OLD-P");
        servers.remove("OLD-S");
        server("P", Power.RUNNING, Verdict.FAILS_FOR_LONG);
        server("S", Power.RUNNING, Verdict.FAILS_FOR_LONG);

        assertThat(refusal(UPDATE)).startsWith("nothing was changed, and OLD-P keeps serving");
    }

    @Test
    void refusesWhenNoServerCanHoldTheInterface() {
        floating = new Available();
        service = Verdict.UNSEEN;
        server("P", Power.STOPPED, Verdict.UNSEEN);
        servers.remove("S");

        assertThat(refusal(UPDATE))
                .startsWith("nothing was changed: no server of the pair can hold the interface"
                        + " (primary P is stopped, standby S does not exist)");
    }

    @Test
    void putsAFreeInterfaceOnTheStandbyIfOnlyThatOneIsFit() {
        floating = new Available();
        service = Verdict.UNSEEN;
        server("P", Power.RUNNING, Verdict.FAILS_FOR_LONG);

        assertThat(decided(UPDATE))
                .isEqualTo(moveTo("S", "no server of the pair holds it, and the primary does not serve"));
    }

    @Test
    void putsAFreeInterfaceOnTheConfiguredHolderThoughTheWishIsOld() {
        floating = new Available();
        service = Verdict.UNSEEN;

        assertThat(decide(new Deployment(PAIR, PAIR, Role.STANDBY, false, false)))
                .isEqualTo("move to S");
    }

    @Test
    void takesAnUnfinishedMoveBackIfItsAimIsNotFit() {
        floating = new Held("eni-attach-1", "P", Status.DETACHING);
        server("S", Power.STOPPED, Verdict.UNSEEN);

        assertThat(decided(UPDATE))
                .isEqualTo(moveTo("P", "a move away from the primary is unfinished, and the standby is stopped"));
    }

    @Test
    void beginsOnThePrimaryWhereverTheInterfaceIs() {
        floating = on("S");
        assertThat(decided(CREATE)).isEqualTo(moveTo("P", "the stack is new"));

        server("P", Power.RUNNING, Verdict.FAILS_FOR_LONG);
        assertThat(decide(CREATE)).isEqualTo("keep S");
    }

    @Test
    void beginsOnTheStandbyIfThePrimaryHoldsTheInterfaceAndDoesNotServe() {
        service = Verdict.FAILS_FOR_LONG;
        server("P", Power.RUNNING, Verdict.FAILS_FOR_LONG);

        assertThat(decide(CREATE)).isEqualTo("move to S");
    }

    @Test
    void doesNotFailANewStackBecauseEc2ShowsItsServersLate() {
        floating = new Available();
        service = Verdict.UNSEEN;
        servers.clear();

        assertThat(decide(CREATE)).isEqualTo("move to P");
        assertThat(decide(new Deployment(PAIR, PAIR, Role.STANDBY, true, true))).isEqualTo("move to S");
    }

    @Test
    void probesLongerBeforeItConsidersAServerUnfit() {
        mayProbeAgain = true;
        server("S", Power.RUNNING, Verdict.FAILS);
        assertThat(decide(asking(Role.STANDBY))).isEqualTo("probe again");

        server("S", Power.STARTING, Verdict.UNSEEN);
        assertThat(decide(asking(Role.STANDBY))).isEqualTo("probe again");

        servers.put("S", new Server("S", Role.STANDBY, Power.RUNNING, NOW, "a", true, null, Verdict.UNSEEN));
        assertThat(decide(asking(Role.STANDBY))).isEqualTo("probe again");

        servers.remove("S");
        assertThat(decide(asking(Role.STANDBY))).isEqualTo("probe again");

        floating = on("OLD-S");
        assertThat(decide(UPDATE)).isEqualTo("probe again");
        assertThat(decide(CREATE)).as("the primary is certain").isEqualTo("move to P");

        server("S", Power.STOPPED, Verdict.UNSEEN);
        assertThat(decide(asking(Role.STANDBY)))
                .as("what is certain does not have to be probed again")
                .isEqualTo("refuse");
    }

    @Test
    void probesLongerBeforeItConsidersTheHolderDead() {
        mayProbeAgain = true;
        service = Verdict.FAILS;
        assertThat(decide(UPDATE)).isEqualTo("probe again");

        service = Verdict.FAILS_FOR_LONG;
        assertThat(decide(UPDATE)).isEqualTo("move to S");

        server("S", Power.RUNNING, Verdict.FAILS);
        assertThat(decide(UPDATE)).isEqualTo("probe again");
    }

    @Test
    void probesAHolderLongerThatIsStillStarting() {
        mayProbeAgain = true;
        withoutWitness();
        server("P", Power.STARTING, Verdict.UNSEEN);

        assertThat(decide(UPDATE)).isEqualTo("probe again");
    }

    @Test
    void acceptsOneFailureOnceThereIsNoTimeToProbeAgain() {
        service = Verdict.FAILS_FOR_LONG;
        server("P", Power.RUNNING, Verdict.FAILS_FOR_LONG);
        server("S", Power.RUNNING, Verdict.FAILS);

        assertThat(decided(UPDATE))
                .isEqualTo(new Keep("the primary holds it and does not serve, but the standby does not serve"));
    }

    /** EC2 takes its public address from a server that it stops. */
    @Test
    void doesNotWaitForTheAddressOfAStoppedServer() {
        mayProbeAgain = true;
        servers.put("S", new Server("S", Role.STANDBY, Power.STOPPED, NOW, "a", true, null, Verdict.UNSEEN));

        assertThat(decide(asking(Role.STANDBY))).isEqualTo("refuse");
    }

    @Test
    void doesNotProbeAgainWhatDoesNotMatter() {
        mayProbeAgain = true;
        server("S", Power.RUNNING, Verdict.FAILS);
        assertThat(decide(UPDATE)).isEqualTo("keep P");

        server("P", Power.RUNNING, Verdict.FAILS);
        assertThat(decide(UPDATE)).as("the service answers").isEqualTo("keep P");
        assertThat(decide(CREATE)).as("the service answers").isEqualTo("keep P");
    }

    /** Never away from a server that serves to one that cannot hold the interface or is known not to serve. */
    @Test
    void neverTradesAServingHolderForAnUnfitServer() {
        for (var deployment : List.of(UPDATE, CREATE, asking(Role.PRIMARY), asking(Role.STANDBY))) {
            for (var holder : List.of("P", "S", "OLD-P", "OLD-S", "X")) {
                for (var primary : healths("P", Role.PRIMARY)) {
                    for (var standby : healths("S", Role.STANDBY)) {
                        servers.put("P", primary);
                        servers.put("S", standby);
                        floating = on(holder);
                        var unfit = new ArrayList<String>();
                        for (var server : List.of(primary, standby)) {
                            if (!server.running()
                                    || !server.roomForIt()
                                    || server.health().fails()) {
                                unfit.add(server.id());
                            }
                        }
                        unfit.remove(holder);
                        if (decided(deployment) instanceof MoveTo to) {
                            assertThat(unfit)
                                    .as("%s from %s, %s, %s", deployment, holder, primary, standby)
                                    .doesNotContain(to.serverId());
                        }
                    }
                }
            }
        }
    }

    private static List<Server> healths(String id, Role role) {
        var all = new ArrayList<Server>();
        for (var power : Power.values()) {
            for (var verdict : power == Power.RUNNING ? Verdict.values() : new Verdict[] {Verdict.UNSEEN}) {
                all.add(new Server(id, role, power, NOW, "a", true, "192.0.2.1", verdict));
                all.add(new Server(id, role, power, NOW, "a", false, "192.0.2.1", verdict));
            }
        }
        return all;
    }

    private static Deployment asking(Role role) {
        return new Deployment(PAIR, PAIR, role, true, false);
    }

    private void server(String id, Power power, Verdict own) {
        var role = id.endsWith("P") ? Role.PRIMARY : Role.STANDBY;
        servers.put(id, new Server(id, role, power, NOW, "a", true, "192.0.2.1", own));
    }

    private void withoutWitness() {
        service = Verdict.UNSEEN;
        servers.replaceAll((id, server) -> server.withHealth(Verdict.UNSEEN));
    }

    private void witnessSeesNobody() {
        service = Verdict.FAILS_FOR_LONG;
        servers.replaceAll((id, server) -> server.withHealth(Verdict.FAILS_FOR_LONG));
    }

    private Decision decided(Deployment deployment) {
        var recorded =
                new PairState(lease, null, tainted, Map.of(), Map.of(), List.of(), null, Map.of(), null, List.of());
        var seen = new Observation(
                NOW,
                floating,
                null,
                List.copyOf(servers.values()),
                service,
                Evidence.CLEAR,
                null,
                null,
                recorded,
                null,
                false,
                false);
        return SwapPolicy.decide(deployment, seen, mayProbeAgain);
    }

    private String decide(Deployment deployment) {
        var decision = decided(deployment);
        assertThat(decision.reason()).isNotBlank();
        if (decision instanceof MoveTo move) {
            return "move to " + move.serverId();
        }
        if (decision instanceof Keep keep) {
            return keep.refusal() == null ? "keep " + ((Held) floating).holder() : "refuse";
        }
        return "probe again";
    }

    private static MoveTo moveTo(String serverId, String reason) {
        return new MoveTo(serverId, Kind.SWAP, reason);
    }

    private String refusal(Deployment deployment) {
        var decision = decided(deployment);
        assertThat(decision).isEqualTo(new Keep(decision.reason(), null, Refusal.NOT_READY));
        return decision.reason();
    }

    private static Held on(String holder) {
        return new Held("eni-attach-1", holder, Status.ATTACHED);
    }

    private static InterfaceState state(String text) {
        return states().stream()
                .filter(s -> s.toString().equals(text))
                .findFirst()
                .orElseThrow();
    }

    private static List<InterfaceState> states() {
        var all = new ArrayList<InterfaceState>(List.of(new Available(), new Gone()));
        for (var status : Status.values()) {
            for (var holder : List.of("P", "S", "OLD-P", "OLD-S", "X")) {
                all.add(new Held("eni-attach-1", holder, status));
            }
        }
        return all;
    }
}
