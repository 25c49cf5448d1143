package io.enifailover.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enifailover.protocol.Step;
import io.enifailover.simulation.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StepsTest {
    private final VirtualTime time = new VirtualTime();
    private final Steps steps = new Steps(time, Deadlines.DEFAULT.withOverall(Duration.ofSeconds(20)));

    @Test
    void saysOnceWhatBlocksAStep() {
        assertThat(steps.blockedBy("InUse")).isTrue();
        assertThat(steps.blockedBy("InUse")).isFalse();
        assertThat(steps.blockedBy("IncorrectState")).isTrue();
    }

    @Test
    void callsOnlyADetachOverdue() {
        time.sleep(Duration.ofSeconds(16));
        assertThat(steps.detachIsOverdue()).isFalse();

        steps.reach(Step.DETACH);
        assertThat(steps.detachIsOverdue()).isFalse();
        time.sleep(Duration.ofSeconds(15));
        assertThat(steps.detachIsOverdue()).isTrue();

        steps.reach(Step.ATTACH);
        time.sleep(Duration.ofSeconds(31));
        assertThat(steps.detachIsOverdue()).isFalse();
    }

    @Test
    void endsAMoveThatIsOutOfTimeInsteadOfGoingOnByForce() {
        steps.reach(Step.DETACH);
        steps.blockedBy("InUse");
        time.sleep(Duration.ofSeconds(20));

        assertThatThrownBy(steps::escalate)
                .isInstanceOf(MoveFailed.class)
                .hasMessageContaining("out of time, last seen: InUse");
        assertThat(steps.current()).isEqualTo(Step.DETACH);
    }
}
