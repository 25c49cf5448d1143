package io.enifailover.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StepTest {

    @Test
    void waitsForTheNewHolderOnceTheOldOneHasLetGo() {
        assertThat(Arrays.stream(Step.values()).filter(Step::waitsForNewHolder))
                .containsExactly(Step.ATTACH, Step.SERVE);
    }
}
