package io.enifailover.function;

import static io.enifailover.function.InterfaceState.Status.ATTACHED;
import static io.enifailover.function.InterfaceState.Status.ATTACHING;
import static io.enifailover.function.InterfaceState.Status.DETACHING;
import static io.enifailover.function.Server.Power.RUNNING;
import static io.enifailover.function.Server.Power.STARTING;
import static io.enifailover.function.Server.Power.STOPPED;
import static io.enifailover.function.Server.Power.STOPPING;
import static io.enifailover.function.Server.Verdict.FAILS;
import static io.enifailover.function.Server.Verdict.FAILS_FOR_LONG;
import static io.enifailover.function.Server.Verdict.SERVES;
import static io.enifailover.function.Server.Verdict.UNSEEN;
import static io.enifailover.protocol.Alert.BOTH_DOWN;
import static io.enifailover.protocol.Alert.FLAPPING;
import static io.enifailover.protocol.Alert.INTERFACE_MISSING;
import static io.enifailover.protocol.Alert.REPORT_CONTRADICTED;
import static org.assertj.core.api.Assertions.assertThat;

import io.enifailover.function.Decision.Keep;
import io.enifailover.function.Decision.MoveTo;
import io.enifailover.function.Decision.ProbeAgain;
import io.enifailover.function.HealthProber.Series;
import io.enifailover.function.InterfaceState.Available;
import io.enifailover.function.InterfaceState.Gone;
import io.enifailover.function.InterfaceState.Held;
import io.enifailover.function.Observation.Evidence;
import io.enifailover.function.PairRecord.LastHeartbeat;
import io.enifailover.function.PairRecord.Lease;
import io.enifailover.function.PairRecord.PairState;
import io.enifailover.function.Server.Power;
import io.enifailover.function.Server.Verdict;
import io.enifailover.protocol.Alert;
import io.enifailover.protocol.FailoverSettings;
import io.enifailover.protocol.Hold;
import io.enifailover.protocol.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The decision table, row by row, and what holds for every combination of what can be seen. */
class PolicyTest {
    private static final String P = "i-0000000000000000a";
    private static final String S = "i-0000000000000000b";
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Instant LAUNCHED = NOW.minus(Duration.ofDays(1));
    private static final Policy MANUAL = new Policy(FailoverSettings.ofDefaults());
    private static final Policy AUTOMATIC =
            new Policy(FailoverSettings.ofDefaults().withFailbackAfter(Duration.ofMinutes(10)));

    /** A pair in which the primary holds the interface and both serve. */
    private InterfaceState floating = on(P, ATTACHED);

    private Instant now = NOW;
    private Power primaryPower = RUNNING;
    private Power standbyPower = RUNNING;
    private boolean standbyHasRoom = true;
    private Verdict primary = SERVES;
    private Verdict standby = SERVES;
    private Verdict service = SERVES;
    private Evidence evidence = Evidence.CLEAR;
    private @Nullable String reporter;
    private @Nullable Lease lease;
    private @Nullable Hold hold;
    private Map<String, Instant> tainted = Map.of();
    private Map<String, Instant> failedMoves = Map.of();
    private List<Instant> moves = List.of();
    private @Nullable Instant readySince;
    private Map<String, LastHeartbeat> heartbeats = Map.of(P, heartbeat(NOW), S, heartbeat(NOW));
    private Instant launched = LAUNCHED;
    private @Nullable String recordError;
    private @Nullable Instant attached;
    private boolean addressLost;
    private List<String> unreadable = List.of();
    private List<Server> others = List.of();

    @Test
    void keepsAHolderThatServes() {
        assertKeeps(null, "serves; standby " + S + " is ready");
    }

    @Test
    void tellsWhyTheCandidateIsNotReady() {
        standbyPower = STOPPED;

        assertKeeps(null, "standby " + S + " is stopped");
    }

    @Test
    void movesWhenWitnessAndObserverAgree() {
        primaryFails();
        reporter = S;

        assertMovesTo(S, "the observer reports it, and the witness agrees");
    }

    @Test
    void probesAgainWhenTheWitnessDoesNotShowClearlyWhatFails() {
        primaryFails();
        reporter = S;
        evidence = Evidence.UNCLEAR;

        assertThat(decide(MANUAL))
                .isEqualTo(new ProbeAgain(
                        "the observer reports it, and two probes of the witness do not show clearly why",
                        Series.AGAIN));
    }

    /** While a deployment replaces the servers there are four. */
    @Test
    void movesToTheServerThatReplacesTheOther() {
        primaryFails();
        reporter = S;
        var successor = "i-0000000000000000c";
        var older = "i-0000000000000000d";
        others = List.of(standby(successor, LAUNCHED.plusSeconds(60)), standby(older, LAUNCHED.minusSeconds(60)));

        assertMovesTo(successor, "the observer reports it");
        assertThat(((MoveTo) order(Role.STANDBY)).serverId()).isEqualTo(successor);
    }

    @Test
    void movesToAServerThatNobodySeesOnEc2sWordWhenThereIsNoWitness() {
        noWitness();
        primaryPower = STOPPED;

        assertMovesTo(S, "EC2 says that the holder is stopped");
    }

    @Test
    void probesLongerWhenTheWitnessAloneSeesAFailure() {
        primaryFails();

        assertThat(decide(MANUAL)).isInstanceOf(ProbeAgain.class);
    }

    @Test
    void movesWhenTheWitnessAloneSeesAFailureForLong() {
        primary = FAILS_FOR_LONG;
        service = FAILS_FOR_LONG;

        assertMovesTo(S, "the witness alone sees that it fails, over a longer series");
    }

    @ParameterizedTest
    @EnumSource(
            value = Power.class,
            names = {"STOPPING", "STOPPED"})
    void movesWhenEc2SaysThatTheHolderIsNotRunning(Power power) {
        primaryPower = power;
        primary = UNSEEN;
        service = FAILS;

        assertMovesTo(S, "EC2 says that the holder is");
    }

    @Test
    void movesWhenTheHolderIsNoneOfThePairAndFailsForLong() {
        floating = on("i-0000000000000000c", ATTACHED);
        service = FAILS_FOR_LONG;

        assertMovesTo(P, "is not one of the pair's servers");
    }

    /** A listing may leave it out, and anybody may change a tag. */
    @Test
    void keepsAHolderThatServesThoughItIsNotListed() {
        floating = on("i-0000000000000000c", ATTACHED);

        assertKeeps(null, "i-0000000000000000c serves");
    }

    @Test
    void leavesAStartingHolderTimeToServe() {
        primaryPower = STARTING;
        primary = UNSEEN;
        service = FAILS;

        assertThat(decide(MANUAL)).isInstanceOf(ProbeAgain.class);
    }

    @Test
    void keepsWhenBothAreDown() {
        primaryFails();
        standby = FAILS;

        assertKeeps(BOTH_DOWN, "the witness sees neither server");
    }

    @Test
    void keepsWhenTheCandidateIsStopped() {
        primaryFails();
        reporter = S;
        standbyPower = STOPPING;

        assertKeeps(BOTH_DOWN, "standby " + S + " is stopping");
    }

    @Test
    void keepsWhenTheCandidateIsTainted() {
        primaryFails();
        reporter = S;
        tainted = Map.of(S, NOW);

        assertKeeps(BOTH_DOWN, "is tainted");
    }

    @Test
    void keepsWhenTheCandidateHasNoRoom() {
        primaryFails();
        reporter = S;
        standbyHasRoom = false;

        assertKeeps(BOTH_DOWN, "has another interface at device index 1");
    }

    /** No server can help: the Elastic IP leads nowhere. */
    @Test
    void keepsAHolderThatServesWhoseElasticIpIsNotAssociated() {
        service = FAILS_FOR_LONG;
        addressLost = true;
        reporter = S;
        assertKeeps(Alert.ADDRESS_LOST, "aws ec2 associate-address");

        primary = FAILS;
        assertMovesTo(S, "the observer reports it");
    }

    @Test
    void keepsWhenOnlyTheObserverSeesAFailure() {
        reporter = S;

        assertKeeps(REPORT_CONTRADICTED, "its own path is bad");
    }

    @Test
    void ignoresAReportOfTheHolderItself() {
        reporter = P;

        assertKeeps(null, "serves");
    }

    @Test
    void ignoresAReportOfAServerThatIsNoLongerThere() {
        primaryFails();
        reporter = "i-0000000000000000c";

        assertThat(decide(MANUAL)).isInstanceOf(ProbeAgain.class);
        service = SERVES;
        assertKeeps(null, "serves");
    }

    @Test
    void movesOnTheObserversWordWhenTheWitnessIsBlind() {
        primaryFails();
        standby = FAILS;
        reporter = S;

        assertMovesTo(S, "the witness sees nothing at all");
    }

    @Test
    void movesOnEc2sWordWhenTheWitnessIsBlind() {
        primaryPower = STOPPED;
        primary = UNSEEN;
        standby = FAILS;
        service = FAILS;

        assertMovesTo(S, "EC2 says that the holder is stopped");
    }

    @Test
    void movesOnTheObserversWordWhenThereIsNoWitness() {
        noWitness();
        reporter = S;

        assertMovesTo(S, "the observer reports it, and there is no witness");
    }

    /** The reports of the move itself must not lead to another one. */
    @Test
    void givesANewHolderTimeToServeBeforeAReportCountsWhenThereIsNoWitness() {
        noWitness();
        reporter = S;
        attached = NOW.minusSeconds(29);
        assertKeeps(null, P + " has until " + NOW.plusSeconds(1) + " to serve");

        attached = NOW.minusSeconds(30);
        assertMovesTo(S, "the observer reports it, and there is no witness");

        attached = NOW.minusSeconds(1);
        primaryPower = STOPPED;
        assertMovesTo(S, "EC2 says that the holder is stopped");
    }

    /** A compromised server could otherwise have the healthy one stopped, without its operating system. */
    @Test
    void fencesOnTheObserversWordOnlyASilentHolderWhenThereIsNoWitness() {
        noWitness();
        reporter = S;

        heartbeats = Map.of(P, heartbeat(NOW.minusSeconds(89)), S, heartbeat(NOW));
        assertThat(movesTo().fencing()).as("the holder was heard").isFalse();
        heartbeats = Map.of(P, heartbeat(NOW.minusSeconds(90)), S, heartbeat(NOW.minusSeconds(89)));
        assertThat(movesTo().fencing()).as("the holder is silent").isTrue();
        heartbeats = Map.of(P, heartbeat(NOW.minusSeconds(90)), S, heartbeat(NOW.minusSeconds(90)));
        assertThat(movesTo().fencing()).as("the record has heard no watch").isFalse();
        heartbeats = Map.of(S, heartbeat(NOW));
        assertThat(movesTo().fencing()).as("no heartbeat of the holder").isTrue();
        launched = NOW.minusSeconds(89);
        assertThat(movesTo().fencing()).as("the holder has just started").isFalse();
        launched = LAUNCHED;
        heartbeats = Map.of();
        recordError = "GetItem: no answer";
        assertThat(movesTo().fencing()).as("the record cannot be read").isFalse();
    }

    @Test
    void keepsWithoutAWitnessAndWithoutAReport() {
        noWitness();

        assertKeeps(null, "no server reports a failure");
    }

    @Test
    void leavesAMoveToTheOwnerOfAValidLease() {
        floating = new Available();
        service = UNSEEN;
        lease = new Lease("another call", S, NOW.plusSeconds(1), 7);

        assertKeeps(null, "another call is moving it");
    }

    @Test
    void finishesAMoveWhoseLeaseHasExpiredWithItsIntent() {
        floating = new Available();
        service = UNSEEN;
        lease = new Lease("another call", S, NOW, 7);

        assertMovesTo(S, "the interface is available");
    }

    @Test
    void finishesWithTheOtherServerWhenTheIntendedOneFails() {
        floating = on(P, DETACHING);
        service = FAILS;
        standby = FAILS;
        lease = new Lease("another call", S, NOW.minusSeconds(1), 7);

        assertMovesTo(P, "the interface is detaching from " + P);
    }

    /** Nobody holds it, so nothing can be taken away. */
    @ParameterizedTest
    @EnumSource(
            value = Verdict.class,
            names = {"FAILS_FOR_LONG", "UNSEEN"})
    void finishesWithAServerOfUnknownHealthWhenTheWitnessSeesNone(Verdict verdict) {
        floating = new Available();
        service = UNSEEN;
        primary = verdict;
        standby = verdict;
        assertMovesTo(P, "the interface is available");

        lease = new Lease("another call", S, NOW.minusSeconds(1), 7);
        assertMovesTo(S, "the interface is available");

        standbyPower = STOPPED;
        assertMovesTo(P, "the interface is available");

        failedMoves = Map.of(P, NOW.minusSeconds(1));
        standbyPower = RUNNING;
        lease = null;
        assertMovesTo(S, "the interface is available");
    }

    /** A probe may have been lost at the server that serves. */
    @Test
    void probesLongerBeforeItFinishesWithAServerThatFails() {
        floating = new Available();
        service = UNSEEN;
        primary = FAILS;
        standby = FAILS;
        failedMoves = Map.of(S, NOW.minusSeconds(1));
        assertThat(decide(MANUAL)).isInstanceOf(ProbeAgain.class);

        standby = SERVES;
        assertMovesTo(S, "the interface is available");
    }

    @Test
    void finishesWithNoServerThatFailsWhileTheWitnessSeesTheOther() {
        floating = new Available();
        service = UNSEEN;
        primary = FAILS;
        standbyHasRoom = false;

        assertKeeps(BOTH_DOWN, "the interface is available");
    }

    @Test
    void finishesWithAServerThatItHasNotTriedInVain() {
        floating = new Available();
        service = UNSEEN;
        lease = new Lease("another call", S, NOW.minusSeconds(1), 7);
        failedMoves = Map.of(S, NOW.minusSeconds(30));
        assertMovesTo(P, "the interface is available");

        primary = FAILS;
        assertMovesTo(S, "the interface is available");

        primary = SERVES;
        failedMoves = Map.of(S, NOW.minus(PairRecord.RECENT));
        assertMovesTo(S, "the interface is available");
    }

    @Test
    void finishesWithTheServerWhoseMoveFailedLongestAgoThoughTheOtherReports() {
        floating = new Available();
        noWitness();
        reporter = P;
        failedMoves = Map.of(P, NOW.minusSeconds(1), S, NOW.minusSeconds(60));

        assertMovesTo(S, "the interface is available");
    }

    /** Nobody remembers to which server EC2 has refused to attach it. */
    @Test
    void triesTheServersInTurnWithoutTheRecord() {
        floating = new Available();
        service = UNSEEN;
        recordError = "no answer";
        var first = movesTo().serverId();
        now = NOW.plusSeconds(60);
        assertThat(movesTo().serverId()).isNotEqualTo(first);

        standby = FAILS;
        assertMovesTo(P, "the interface is available");
        now = NOW;
        assertMovesTo(P, "the interface is available");
    }

    @Test
    void triesServersThatNobodySeesInTurnWithoutTheRecord() {
        floating = new Available();
        noWitness();
        recordError = "no answer";
        var first = movesTo().serverId();

        now = NOW.plusSeconds(60);

        assertThat(movesTo().serverId()).isNotEqualTo(first);
    }

    @Test
    void triesNoServerThatNobodySeesWhileAnotherOneServesWithoutTheRecord() {
        floating = new Available();
        service = UNSEEN;
        standby = UNSEEN;
        reporter = S;
        recordError = "no answer";
        assertMovesTo(P, "the interface is available");

        now = NOW.plusSeconds(60);
        assertMovesTo(P, "the interface is available");
    }

    @Test
    void finishesWithTheSameServerInEachMinuteWhereTheRecordTellsWhatWasTried() {
        floating = new Available();
        service = UNSEEN;
        assertMovesTo(P, "the interface is available");

        now = NOW.plusSeconds(60);
        assertMovesTo(P, "the interface is available");
    }

    @Test
    void finishesWithAServerThatNobodySeesWhereTheOneThatServesHasNoRoom() {
        floating = new Available();
        service = UNSEEN;
        primary = UNSEEN;
        standbyHasRoom = false;

        assertMovesTo(P, "the interface is available");
    }

    @Test
    void finishesWithAServerThatNobodySeesRatherThanWithOneToWhichAMoveHasJustFailed() {
        floating = new Available();
        service = UNSEEN;
        standby = UNSEEN;
        failedMoves = Map.of(P, NOW.minusSeconds(30));

        assertMovesTo(S, "the interface is available");
    }

    @Test
    void finishesWithTheIntendedServerIfItWasStartedAgainSinceTheMoveToItFailed() {
        floating = new Available();
        service = UNSEEN;
        lease = new Lease("another call", P, NOW.minusSeconds(1), 7);
        failedMoves = Map.of(P, NOW.minusSeconds(30));
        launched = NOW.minusSeconds(10);
        standby = SERVES;

        assertMovesTo(P, "the interface is available");
    }

    /** A report counts at once only where the witness has probed the service and got no answer either. */
    @Test
    void finishesOnAReportAtOnceOnlyIfTheWitnessIsBlind() {
        floating = on(P, DETACHING);
        primaryFails();
        standby = FAILS;
        reporter = S;
        assertMovesTo(S, "the interface is detaching from " + P);

        floating = new Available();
        service = UNSEEN;
        assertThat(decide(MANUAL)).isInstanceOf(ProbeAgain.class);
    }

    @Test
    void doesNotGoBackToAPrimaryToWhichTheLastMoveFailed() {
        floating = on(S, ATTACHED);
        readySince = NOW.minus(Duration.ofHours(3));
        failedMoves = Map.of(P, NOW.minus(Duration.ofHours(4)));

        assertThat(decide(AUTOMATIC)).isInstanceOf(Keep.class);
    }

    @Test
    void letsAnAttachmentThatIsUnderWayArrive() {
        floating = on(P, ATTACHING);

        assertThat(decide(MANUAL)).isInstanceOf(Keep.class);
    }

    @Test
    void saysThatTheInterfaceIsMissing() {
        floating = new Gone();
        service = UNSEEN;

        assertKeeps(INTERFACE_MISSING, "not found");
    }

    @Test
    void keepsUnderAHoldWhateverHappens() {
        primaryPower = STOPPED;
        primaryFails();
        reporter = S;
        hold = new Hold(NOW.plusSeconds(1), "maintenance", "ops");

        assertKeeps(null, "on hold until 2026-01-01T12:00:01Z: maintenance");
    }

    @Test
    void forgetsAHoldThatHasExpired() {
        primaryFails();
        reporter = S;
        hold = new Hold(NOW, "maintenance", "ops");

        assertMovesTo(S, "the witness agrees");
    }

    @Test
    void coolsDownAfterAMove() {
        primaryFails();
        reporter = S;
        moves = List.of(NOW.minusSeconds(59));

        assertKeeps(FLAPPING, "cooling down until 2026-01-01T12:00:01Z");
        moves = List.of(NOW.minusSeconds(60));
        assertMovesTo(S, "the witness agrees");
    }

    @Test
    void leavesItToAPersonAfterTooManyMovesInAnHour() {
        primaryFails();
        reporter = S;
        moves = List.of(NOW.minusSeconds(3000), NOW.minusSeconds(2000), NOW.minusSeconds(1000));

        assertKeeps(FLAPPING, "3 moves within the hour");
        moves = List.of(NOW.minusSeconds(3600), NOW.minusSeconds(2000), NOW.minusSeconds(1000));
        assertMovesTo(S, "the witness agrees");
    }

    @Test
    void keepsAHolderThatMayLiveWhenItIsUnknownWhenTheInterfaceMoved() {
        unreadable = List.of(PairRecord.MOVES);
        primaryFails();
        reporter = S;
        assertKeeps(FLAPPING, "the record of the moves cannot be read");

        primaryPower = STOPPED;
        primary = UNSEEN;
        assertMovesTo(S, "EC2 says that the holder is stopped");
    }

    @Test
    void goesBackToThePrimaryOnceItHasBeenReadyForLong() {
        floating = on(S, ATTACHED);
        readySince = NOW.minus(Duration.ofMinutes(10));

        assertThat(decide(AUTOMATIC))
                .isEqualTo(new MoveTo(P, Kind.FAILBACK, "the primary has been ready since " + readySince));
        readySince = NOW.minus(Duration.ofMinutes(10)).plusSeconds(1);
        assertThat(decide(AUTOMATIC)).isInstanceOf(Keep.class);
    }

    @Test
    void doesNotGoBackToAPrimaryThatHasStartedSinceItWasSaidToBeReady() {
        floating = on(S, ATTACHED);
        readySince = NOW.minus(Duration.ofMinutes(10));
        launched = NOW.minus(Duration.ofMinutes(1));

        assertThat(decide(AUTOMATIC)).isInstanceOf(Keep.class);
    }

    @Test
    void goesBackOnlyFromAStandbyThatServes() {
        floating = on(S, ATTACHED);
        readySince = NOW.minus(Duration.ofMinutes(10));
        standby = FAILS;
        service = FAILS;
        assertThat(decide(AUTOMATIC)).isInstanceOf(ProbeAgain.class);

        noWitness();
        assertThat(decide(AUTOMATIC)).isInstanceOf(Keep.class);
    }

    @Test
    void goesBackOnlyOnceItHasCooledDown() {
        floating = on(S, ATTACHED);
        readySince = NOW.minus(Duration.ofMinutes(10));
        moves = List.of(NOW.minusSeconds(59));

        assertThat(decide(AUTOMATIC).reason()).startsWith("cooling down until ");

        failedMoves = Map.of(S, NOW.minusSeconds(59));
        assertThat(decide(AUTOMATIC).reason())
                .as("the standby serves, though a move to it has failed")
                .startsWith("cooling down until ");
    }

    @Test
    void doesNotGoBackByItselfUnlessToldTo() {
        floating = on(S, ATTACHED);
        readySince = NOW.minus(Duration.ofDays(1));

        assertKeeps(null, "serves");
    }

    @Test
    void doesNotGoBackToWhereItIs() {
        readySince = NOW.minus(Duration.ofHours(1));

        assertThat(decide(AUTOMATIC)).isInstanceOf(Keep.class);
    }

    @Test
    void doesNotGoBackToAPrimaryThatFails() {
        floating = on(S, ATTACHED);
        readySince = NOW.minus(Duration.ofHours(1));
        primary = FAILS;

        assertThat(decide(AUTOMATIC)).isInstanceOf(Keep.class);
    }

    @Test
    void obeysAnOrderUnderAHoldAndWhileItCoolsDown() {
        hold = new Hold(NOW.plusSeconds(60), "maintenance", "ops");
        moves = List.of(NOW.minusSeconds(1), NOW.minusSeconds(2), NOW.minusSeconds(3));

        assertThat(order(null)).isEqualTo(new MoveTo(S, Kind.SWITCHOVER, "ordered"));
        assertThat(order(Role.STANDBY)).isEqualTo(new MoveTo(S, Kind.SWITCHOVER, "ordered"));
    }

    @Test
    void refusesAnOrderToWhereItIs() {
        assertThat(order(Role.PRIMARY)).isEqualTo(new Keep("the primary holds the interface already", null, null));
    }

    @Test
    void obeysAnOrderToAServerThatItIsLeaving() {
        floating = on(S, DETACHING);

        assertThat(order(Role.STANDBY)).isEqualTo(new MoveTo(S, Kind.SWITCHOVER, "ordered"));
    }

    @Test
    void refusesAnOrderToAServerThatCannotHoldIt() {
        standbyPower = STOPPED;

        assertThat(order(null)).isEqualTo(new Keep("refused: standby " + S + " is stopped", null, Refusal.NOT_READY));
    }

    @Test
    void refusesAnOrderToAServerThatDoesNotServeWhileTheHolderDoes() {
        standby = FAILS;

        assertThat(order(null).reason()).startsWith("refused: the witness sees that standby " + S + " does not serve");
    }

    @Test
    void leavesAnOrderToWaitWhileSomebodyElseMoves() {
        lease = new Lease("another call", S, NOW.plusSeconds(1), 7);

        assertThat(order(null).reason()).startsWith("another call is moving it");
    }

    /** A failed interface of the holder looks the same as a path that is shut for everybody, and that a move may cure. */
    @Test
    void movesFromAHolderThatServesOnlyAtItsOwnAddress() {
        service = FAILS;
        reporter = S;
        launched = LAUNCHED.plusSeconds(60);

        assertMovesTo(S, "the observer reports it, and the witness agrees");
    }

    @Test
    void acceptsTheReportOfAnObserverThatTheWitnessCannotProbe() {
        service = FAILS;
        standby = UNSEEN;
        reporter = S;

        assertMovesTo(S, "the observer reports it, and the witness agrees");
    }

    @Test
    void believesTheWitnessMoreThanAnObserverThatDoesNotServe() {
        service = FAILS;
        standby = FAILS;
        reporter = S;

        assertKeeps(BOTH_DOWN, "standby " + S + " does not serve");
    }

    @Test
    void movesOnTheWitnesssWordOnlyToAServerThatItSeesServe() {
        service = FAILS_FOR_LONG;
        standby = UNSEEN;

        assertKeeps(BOTH_DOWN, "standby " + S + " is not seen by the witness");
    }

    @Test
    void movesOnEc2sWordToNoServerThatFailsWhileTheWitnessSeesAnother() {
        primaryPower = STOPPED;
        primary = UNSEEN;
        service = FAILS;
        standby = FAILS;
        others = List.of(standby("i-0000000000000000c", LAUNCHED, SERVES));
        tainted = Map.of("i-0000000000000000c", NOW);

        assertKeeps(BOTH_DOWN, "standby " + S + " does not serve");
    }

    @Test
    void prefersAServerThatServesToANewerOneThatIsNotSeen() {
        others = List.of(standby("i-0000000000000000c", LAUNCHED.plusSeconds(60), UNSEEN));

        assertThat(order(null)).isEqualTo(new MoveTo(S, Kind.SWITCHOVER, "ordered"));
    }

    @Test
    void prefersAServerToWhichNoMoveHasFailedToANewerOne() {
        primaryFails();
        reporter = S;
        var newer = "i-0000000000000000c";
        others = List.of(standby(newer, LAUNCHED.plusSeconds(60)));
        failedMoves = Map.of(newer, NOW.minusSeconds(60));
        assertMovesTo(S, "the observer reports it");

        failedMoves = Map.of(newer, LAUNCHED.plusSeconds(59));
        assertMovesTo(newer, "the observer reports it");

        failedMoves = Map.of(newer, NOW.minusSeconds(60), S, NOW.minusSeconds(59));
        assertMovesTo(newer, "the observer reports it");
    }

    @Test
    void finishesWithNoTaintedServer() {
        floating = new Available();
        service = UNSEEN;
        primary = FAILS_FOR_LONG;
        standby = UNSEEN;
        tainted = Map.of(S, NOW);

        assertMovesTo(P, "the interface is available");
    }

    @Test
    void fencesAServerThatIsDownOrSilentWhenItFinishesAMove() {
        floating = on(P, DETACHING);
        service = FAILS;
        primary = FAILS;
        assertThat(movesTo().fencing()).as("the holder is heard").isFalse();

        primaryPower = STOPPING;
        primary = UNSEEN;
        assertThat(movesTo().fencing()).as("the holder is down").isTrue();

        primaryPower = RUNNING;
        heartbeats = Map.of(S, heartbeat(NOW));
        assertThat(movesTo().fencing()).as("the holder is silent").isTrue();
    }

    @Test
    void obeysAnOrderToAServerThatDoesNotServeIfTheHolderDoesNotEither() {
        service = FAILS_FOR_LONG;
        standby = FAILS_FOR_LONG;
        assertThat(order(null)).isEqualTo(new MoveTo(S, Kind.SWITCHOVER, "ordered"));

        service = FAILS;
        standby = FAILS;
        primaryPower = STOPPED;
        assertThat(order(null)).isEqualTo(new MoveTo(S, Kind.SWITCHOVER, "ordered"));
    }

    /** The first probes of both may have been lost. */
    @Test
    void probesLongerBeforeItObeysAnOrderToAServerThatSeemsToFail() {
        service = FAILS;
        standby = FAILS;
        assertThat(order(null)).isInstanceOf(ProbeAgain.class);

        floating = on("i-0000000000000000c", ATTACHED);
        assertThat(order(Role.STANDBY)).as("EC2 does not show the holder").isInstanceOf(ProbeAgain.class);
    }

    @Test
    void goesBackToThePrimaryAndToNoOtherStandby() {
        floating = on(S, ATTACHED);
        readySince = NOW.minus(Duration.ofMinutes(10));
        others = List.of(standby("i-0000000000000000c", LAUNCHED.plusSeconds(60)));

        assertThat(decide(AUTOMATIC))
                .isInstanceOfSatisfying(
                        MoveTo.class, to -> assertThat(to.serverId()).isEqualTo(P));
    }

    /** Otherwise the interface would stay for a minute where it is known not to serve. */
    @Test
    void correctsAFailedMoveWithoutCoolingDownButWithinTheFlapLimit() {
        primaryFails();
        reporter = S;
        moves = List.of(NOW.minusSeconds(20));
        failedMoves = Map.of(P, NOW.minusSeconds(20));
        assertMovesTo(S, "the observer reports it");
        attached = NOW.minusSeconds(50);
        assertMovesTo(S, "the observer reports it");
        attached = NOW.minusSeconds(20);
        assertKeeps(FLAPPING, "cooling down");
        attached = null;

        moves = List.of(NOW.minusSeconds(20), NOW.minusSeconds(120), NOW.minusSeconds(240));
        assertKeeps(FLAPPING, "3 moves within the hour");

        moves = List.of(NOW.minusSeconds(20));
        standby = UNSEEN;
        assertKeeps(FLAPPING, "cooling down");

        standby = SERVES;
        failedMoves = Map.of(S, NOW.minusSeconds(20));
        assertKeeps(FLAPPING, "cooling down");

        failedMoves = Map.of(P, NOW.minusSeconds(20));
        unreadable = List.of(PairRecord.MOVES);
        assertKeeps(FLAPPING, "the record of the moves cannot be read");
    }

    /** Every combination of what can be seen: there is one decision, it says why, and it breaks none of the promises. */
    @Test
    void keepsItsPromisesWhateverIsSeen() {
        var decisions = 0;
        for (var state : List.of(
                new Available(),
                new Gone(),
                on(P, ATTACHED),
                on(P, ATTACHING),
                on(P, DETACHING),
                on(S, ATTACHED),
                on("i-0000000000000000c", ATTACHED))) {
            floating = state;
            for (var powerOfPrimary : List.of(STARTING, RUNNING, STOPPED)) {
                primaryPower = powerOfPrimary;
                for (var powerOfStandby : List.of(STARTING, RUNNING, STOPPED)) {
                    standbyPower = powerOfStandby;
                    for (var seenPrimary : Verdict.values()) {
                        primary = seenPrimary;
                        for (var seenStandby : Verdict.values()) {
                            standby = seenStandby;
                            for (var seenService : Verdict.values()) {
                                service = seenService;
                                decisions += isProducible() ? inEveryCircumstance() : 0;
                            }
                        }
                    }
                }
            }
        }
        System.out.println("decisions checked: " + decisions);
        assertThat(decisions).isGreaterThan(50_000);
    }

    /** A machine that is silent cannot confirm a detach, unless it is the witness that sees nothing. */
    @Test
    void takesAHolderForSilentOnlyIfEc2SaysThatItRunsAndAnotherServerAnswers() {
        primaryFails();
        evidence = Evidence.SILENT;
        assertThat(observation().holderIsSilent()).isTrue();

        standby = FAILS;
        assertThat(observation().holderIsSilent())
                .as("the witness may be blind")
                .isFalse();
        standby = SERVES;
        primaryPower = STOPPING;
        assertThat(observation().holderIsSilent())
                .as("it releases the interface when it has stopped")
                .isFalse();
        primaryPower = RUNNING;
        service = SERVES;
        assertThat(observation().holderIsSilent()).as("it serves").isFalse();
        service = FAILS;
        evidence = Evidence.CLEAR;
        assertThat(observation().holderIsSilent()).as("something answers").isFalse();
    }

    /** Whether the controller can see this: it probes only servers that run, and the floating address only if it is held. */
    private boolean isProducible() {
        return (floating instanceof Held || service == UNSEEN)
                && (primaryPower == RUNNING || primary == UNSEEN)
                && (standbyPower == RUNNING || standby == UNSEEN);
    }

    private int inEveryCircumstance() {
        var decisions = 0;
        for (var by : Arrays.asList(null, P, S)) {
            reporter = by;
            for (var owner : Arrays.asList(null, NOW.minusSeconds(1), NOW.plusSeconds(1))) {
                lease = owner == null ? null : new Lease("another call", S, owner, 1);
                for (var until : Arrays.asList(null, NOW.plusSeconds(1))) {
                    hold = until == null ? null : new Hold(until, "maintenance", "ops");
                    for (var last : List.of(List.<Instant>of(), List.of(NOW.minusSeconds(10)))) {
                        moves = last;
                        for (var taint : List.of(Map.<String, Instant>of(), Map.of(S, NOW))) {
                            tainted = taint;
                            var observation = observation();
                            checkPromises(observation, MANUAL.decide(observation), false);
                            checkPromises(observation, MANUAL.decide(observation, null), true);
                            decisions += 2;
                        }
                    }
                }
            }
        }
        return decisions;
    }

    private static void checkPromises(Observation observation, Decision decision, boolean ordered) {
        var promises = new ArrayList<String>();
        if (decision.reason().isBlank()) {
            promises.add("a decision has a reason");
        }
        if (decision instanceof MoveTo to) {
            var target = observation.server(to.serverId()).orElseThrow();
            var attached = observation.floating() instanceof Held held && held.status() != DETACHING;
            if (observation.recorded().leaseAt(NOW).isPresent()) {
                promises.add("a valid lease is left to its owner");
            }
            if (observation.recorded().holdAt(NOW).isPresent() && !ordered) {
                promises.add("nothing is done under a hold");
            }
            if (target.power() != RUNNING) {
                promises.add("only a running server gets it");
            }
            if (observation.recorded().tainted().containsKey(target.id())) {
                promises.add("a tainted server is not a candidate");
            }
            if (attached
                    && !ordered
                    && observation.service() == SERVES
                    && observation.holder().map(Server::running).orElse(true)) {
                promises.add("a holder that serves keeps it");
            }
            if (attached && !ordered && !observation.recorded().recentMoves().isEmpty()) {
                promises.add("there is a rest between moves");
            }
            if (target.health().fails()
                    && !target.id().equals(observation.reporter())
                    && observation.servers().stream()
                            .anyMatch(it -> it.health() == SERVES
                                    && it.running()
                                    && !it.id().equals(target.id()))
                    && !(ordered && isSeenToFail(observation))) {
                promises.add("it never goes to a server that is known not to serve while the other does");
            }
        }
        if (!promises.isEmpty()) {
            throw new AssertionError(promises + ": " + decision + " for " + observation);
        }
    }

    private static boolean isSeenToFail(Observation observation) {
        return switch (observation.service()) {
            case SERVES -> false;
            case FAILS ->
                observation.holder().filter(it -> it.power() == STOPPED).isPresent();
            case FAILS_FOR_LONG, UNSEEN -> true;
        };
    }

    private void primaryFails() {
        primary = FAILS;
        service = FAILS;
    }

    /** Its call has died after the attach: nothing but its lease tells of it. */
    @Test
    void coolsDownAfterAMoveThatNobodyCouldWriteDown() {
        floating = on(S, InterfaceState.Status.ATTACHED);
        standby = FAILS;
        service = FAILS;
        reporter = P;
        lease = new Lease("dead", S, NOW.minusSeconds(59), 1);
        assertKeeps(Alert.FLAPPING, "cooling down until " + NOW.plusSeconds(1));

        lease = new Lease("dead", S, NOW.minusSeconds(60), 1);
        assertMovesTo(P, "the observer reports it");

        lease = new Lease("dead", P, NOW.minusSeconds(1), 1);
        assertMovesTo(P, "the observer reports it");
    }

    @Test
    void coolsDownByEc2sTimeOfTheAttachmentWhenTheRecordCannotBeRead() {
        primaryFails();
        reporter = S;
        recordError = "GetItem: no answer";
        attached = NOW.minusSeconds(59);
        assertKeeps(FLAPPING, "cooling down until " + NOW.plusSeconds(1));

        attached = NOW.minusSeconds(60);
        assertMovesTo(S, "the observer reports it");

        attached = null;
        assertMovesTo(S, "the observer reports it");
    }

    /** An order or a deployment may have attached it, after which a failover must not wait. */
    @Test
    void doesNotCoolDownByEc2sTimeOfTheAttachmentWhenTheRecordCanBeRead() {
        primaryFails();
        reporter = S;
        attached = NOW.minusSeconds(1);

        assertMovesTo(S, "the observer reports it");
    }

    private void noWitness() {
        primary = UNSEEN;
        standby = UNSEEN;
        service = UNSEEN;
    }

    private MoveTo movesTo() {
        assertThat(decide(MANUAL)).isInstanceOf(MoveTo.class);
        return (MoveTo) decide(MANUAL);
    }

    private void assertMovesTo(String server, String reason) {
        var decision = decide(MANUAL);
        assertThat(decision).isInstanceOf(MoveTo.class);
        assertThat(((MoveTo) decision).serverId()).isEqualTo(server);
        assertThat(decision.reason()).contains(reason);
    }

    private void assertKeeps(@Nullable Alert alert, String reason) {
        var decision = decide(MANUAL);
        assertThat(decision).isInstanceOf(Keep.class);
        assertThat(((Keep) decision).alert()).isEqualTo(alert);
        assertThat(decision.reason()).contains(reason);
    }

    private Decision decide(Policy policy) {
        return policy.decide(observation());
    }

    private Decision order(@Nullable Role to) {
        return MANUAL.decide(observation(), to);
    }

    private Observation observation() {
        return new Observation(
                now,
                floating,
                attached,
                Stream.concat(
                                Stream.of(
                                        new Server(
                                                P,
                                                Role.PRIMARY,
                                                primaryPower,
                                                launched,
                                                "a",
                                                true,
                                                "203.0.113.1",
                                                primary),
                                        new Server(
                                                S,
                                                Role.STANDBY,
                                                standbyPower,
                                                LAUNCHED,
                                                "a",
                                                standbyHasRoom,
                                                "203.0.113.2",
                                                standby)),
                                others.stream())
                        .toList(),
                service,
                evidence,
                null,
                reporter,
                new PairState(
                        lease, hold, tainted, Map.of(), failedMoves, moves, readySince, heartbeats, null, unreadable),
                recordError,
                addressLost,
                false);
    }

    private static Server standby(String id, Instant launched) {
        return standby(id, launched, SERVES);
    }

    private static Server standby(String id, Instant launched, Verdict own) {
        return new Server(id, Role.STANDBY, RUNNING, launched, "a", true, "203.0.113.3", own);
    }

    private static LastHeartbeat heartbeat(Instant at) {
        return new LastHeartbeat(at, "1f2e", Duration.ZERO, "", "");
    }

    private static Held on(String server, InterfaceState.Status status) {
        return new Held("eni-attach-1", server, status);
    }
}
