package io.enifailover.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.enifailover.function.Decision.MoveTo;
import io.enifailover.function.InterfaceState.Available;
import io.enifailover.function.InterfaceState.Held;
import io.enifailover.function.InterfaceState.Status;
import io.enifailover.function.Observation.Evidence;
import io.enifailover.function.PairRecord.LastHeartbeat;
import io.enifailover.function.PairRecord.PairState;
import io.enifailover.function.PairRecord.Rights;
import io.enifailover.function.Server.Power;
import io.enifailover.function.Server.Verdict;
import io.enifailover.protocol.FailoverSettings;
import io.enifailover.protocol.ReadinessCheck;
import io.enifailover.protocol.ReadinessCheck.CheckState;
import io.enifailover.protocol.Role;
import io.enifailover.simulation.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadinessTest {
    private static final Instant NOW = VirtualTime.START;
    private static final String P = "i-0000000000000000a";
    private static final String S = "i-0000000000000000b";

    private final Map<String, LastHeartbeat> heartbeats = new HashMap<>(Map.of(P, heartbeat(0), S, heartbeat(0)));
    private final Map<String, Instant> tainted = new HashMap<>();
    private InterfaceState floating = new Held("eni-attach-1", P, Status.ATTACHED);
    private Power power = Power.RUNNING;
    private Verdict verdict = Verdict.SERVES;
    private Verdict service = Verdict.SERVES;
    private boolean room = true;
    private String zone = "us-east-1a";
    private Instant launched = NOW.minusSeconds(86_400);
    private @Nullable Rights rights = new Rights(NOW, "");
    private @Nullable String recordError;
    private List<String> unreadable = List.of();
    private @Nullable String reporter;
    private boolean endsWithHolder;

    @Test
    void isReadyWhenNothingSpeaksAgainstIt() {
        assertThat(checks()).extracting(ReadinessCheck::state).containsOnly(CheckState.PASS);
        assertThat(checks())
                .extracting(ReadinessCheck::name)
                .containsExactly(
                        "power",
                        "zone",
                        "taint",
                        "slot",
                        "attachment",
                        "service",
                        "watch",
                        "version",
                        "clock",
                        "driver",
                        "units",
                        "record",
                        "rights");
        assertThat(Readiness.candidateReady(observation())).isTrue();
    }

    @Test
    void isNotReadyWhenItDoesNotRun() {
        power = Power.STOPPED;
        assertFails("power", "it is stopped");
    }

    @Test
    void isNotReadyInAnotherZone() {
        zone = "us-east-1b";
        assertFails("zone", "it is in us-east-1b, and the interface cannot leave us-east-1a");

        floating = new Available();
        assertThat(check("zone").state()).isEqualTo(CheckState.UNKNOWN);
    }

    @Test
    void isNotReadyWhileItIsTainted() {
        tainted.put(S, NOW);
        assertFails("taint", "its interface was detached by force at " + NOW);
    }

    @Test
    void isNotReadyWithoutRoom() {
        room = false;
        assertFails("slot", "another interface is at device index 1");
    }

    @Test
    void saysWhoseDeviceIndexTheInterfaceTakes() {
        assertThat(check("slot").detail()).isEqualTo("device index 1 is free");

        floating = new Held("eni-attach-1", S, Status.ATTACHED);
        assertThat(check("slot").detail()).isEqualTo("device index 1 holds the floating interface");

        floating = new Available();
        assertThat(check("slot").detail()).isEqualTo("device index 1 is free");
    }

    @Test
    void isNotReadyWhenNginxDoesNotAnswer() {
        verdict = Verdict.FAILS;
        assertFails("service", "does not answer at 203.0.113.2");

        verdict = Verdict.UNSEEN;
        assertUnknown("service", "the function does not probe it");
    }

    @Test
    void isNotReadyWhenItsWatchIsSilentForFiveMinutes() {
        heartbeats.put(S, heartbeat(299));
        assertThat(check("watch").state()).isEqualTo(CheckState.PASS);

        heartbeats.put(S, heartbeat(300));
        assertFails("watch", "no heartbeat since " + NOW.minusSeconds(300));
    }

    @Test
    void givesAWatchFiveMinutesToBeHeard() {
        heartbeats.remove(S);
        launched = NOW.minusSeconds(299);
        assertUnknown("watch", "no heartbeat yet");

        launched = NOW.minusSeconds(300);
        assertFails("watch", "no heartbeat at all");
    }

    @Test
    void expectsNoHeartbeatOfAServerThatDoesNotRun() {
        heartbeats.remove(S);
        power = Power.STOPPED;

        assertThat(check("watch")).isEqualTo(ReadinessCheck.unknown("watch", "no heartbeat yet"));
    }

    @Test
    void isNotReadyWithOtherUserData() {
        heartbeats.put(S, new LastHeartbeat(NOW, "0a0b", Duration.ZERO, "2.13.0g", ""));
        assertFails("version", "its user data is 0a0b, the other server's 1f2e");
    }

    @Test
    void isNotReadyWhenItsClockIsAMinuteOff() {
        heartbeats.put(S, new LastHeartbeat(NOW, "1f2e", Duration.ofMinutes(-1), "2.13.0g", ""));
        assertThat(check("clock").state()).isEqualTo(CheckState.PASS);

        heartbeats.put(S, new LastHeartbeat(NOW, "1f2e", Duration.ofSeconds(-61), "2.13.0g", ""));
        assertFails("clock", "-61 s ahead of the function's");
    }

    @Test
    void isNotReadyWhenAUnitOfTheFloatingAddressHasFailedThere() {
        heartbeats.put(S, new LastHeartbeat(NOW, "1f2e", Duration.ZERO, "2.13.0g", "redis.service other.service"));
        assertFails("units", "failed: redis.service other.service");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.17.0g", "2.17.1"})
    void isNotReadyWithADriverThatPanicsAtADetach(String driver) {
        heartbeats.put(S, new LastHeartbeat(NOW, "1f2e", Duration.ZERO, driver, ""));
        assertFails("driver", "ENA " + driver + " can panic at a detach: 2.17.2 does not");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.17.2g", "2.17.10g", "2.13.0g", "2.170.0"})
    void isReadyWithAnyOtherDriver(String driver) {
        heartbeats.put(S, new LastHeartbeat(NOW, "1f2e", Duration.ZERO, driver, ""));
        assertThat(check("driver")).isEqualTo(ReadinessCheck.pass("driver", "ENA " + driver));
    }

    @Test
    void doesNotKnowTheDriverOfAMachineThatHasNone() {
        heartbeats.put(S, new LastHeartbeat(NOW, "1f2e", Duration.ZERO, "", ""));
        assertUnknown("driver", "its ENA driver is not known");
    }

    @Test
    void isNotReadyWithoutARight() {
        rights = new Rights(NOW, "detach: UnauthorizedOperation");
        assertFails("rights", "detach: UnauthorizedOperation");

        rights = null;
        assertUnknown("rights", "not asked yet");
    }

    @Test
    void blamesTheRecordAndNotTheWatchWhenTheRecordIsDown() {
        unreadable = List.of("hold", "moves");
        assertFails("record", "cannot be read: hold, moves");

        recordError = "GetItem: no answer";
        heartbeats.clear();
        assertFails("record", "GetItem: no answer");
    }

    @Test
    void isStillFitForAFailoverWhenOnlyTheSoftChecksFail() {
        heartbeats.remove(S);
        heartbeats.put(S, new LastHeartbeat(NOW.minusSeconds(900), "other", Duration.ofHours(1), "2.17.0g", ""));
        rights = new Rights(NOW, "StopInstances");
        service = Verdict.FAILS;
        reporter = S;

        assertThat(Readiness.candidateReady(observation())).isFalse();
        assertThat(new Policy(FailoverSettings.ofDefaults()).decide(observation()))
                .isEqualTo(new MoveTo(S, Kind.FAILOVER, "the observer reports it, and the witness agrees"));
    }

    private void assertFails(String name, String detail) {
        assertThat(checks()).filteredOn(ReadinessCheck::failed).containsExactly(ReadinessCheck.fail(name, detail));
        assertThat(Readiness.candidateReady(observation())).isFalse();
    }

    private void assertUnknown(String name, String detail) {
        assertThat(check(name)).isEqualTo(ReadinessCheck.unknown(name, detail));
        assertThat(Readiness.candidateReady(observation())).isTrue();
    }

    private ReadinessCheck check(String name) {
        return checks().stream()
                .filter(it -> it.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private List<ReadinessCheck> checks() {
        return Readiness.checks(observation(), observation().servers().get(1));
    }

    private Observation observation() {
        return new Observation(
                NOW,
                floating,
                null,
                List.of(
                        new Server(
                                P,
                                Role.PRIMARY,
                                Power.RUNNING,
                                NOW.minusSeconds(86_400),
                                "us-east-1a",
                                true,
                                "203.0.113.1",
                                service),
                        new Server(S, Role.STANDBY, power, launched, zone, room, "203.0.113.2", verdict)),
                service,
                Evidence.CLEAR,
                null,
                reporter,
                new PairState(null, null, tainted, Map.of(), Map.of(), List.of(), null, heartbeats, rights, unreadable),
                recordError,
                false,
                endsWithHolder);
    }

    private static LastHeartbeat heartbeat(int secondsAgo) {
        return new LastHeartbeat(NOW.minusSeconds(secondsAgo), "1f2e", Duration.ZERO, "2.13.0g", "");
    }
}
