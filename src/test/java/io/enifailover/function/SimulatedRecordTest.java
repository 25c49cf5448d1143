package io.enifailover.function;

import static io.enifailover.simulation.VirtualTime.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.enifailover.simulation.ScriptedRecord;
import io.enifailover.simulation.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SimulatedRecordTest extends PairRecordContract {
    private final VirtualTime time = new VirtualTime();
    private final ScriptedRecord simulated = new ScriptedRecord(time);

    @Override
    PairRecord emptyRecord() {
        return simulated;
    }

    @Test
    void takesItsTime() {
        simulated.callTakes(Duration.ofMillis(20)).read();

        assertThat(time.elapsed()).isEqualTo(Duration.ofMillis(20));
    }

    @Test
    void isUnavailableUntilItIsReachableAgain() {
        simulated.reachable(false);
        assertThatExceptionOfType(RecordUnavailable.class)
                .isThrownBy(simulated::read)
                .withMessageStartingWith("GetItem: ");
        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(2));

        assertThat(simulated.reachable(true).read()).isEqualTo(PairRecord.PairState.EMPTY);
    }

    @Test
    void letsAnOwnerAcquireALeaseOfWhichItDoesNotKnow() {
        simulated.losesAnswer(1);

        assertThatExceptionOfType(RecordUnavailable.class)
                .isThrownBy(() -> simulated.acquire("one", "failover", START, DEADLINE));

        assertThat(simulated.acquire("two", "failover", START, DEADLINE)).isEmpty();
        assertThat(simulated.acquire("one", "failover", START, DEADLINE)).isPresent();
    }
}
