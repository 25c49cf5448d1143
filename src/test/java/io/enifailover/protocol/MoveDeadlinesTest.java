package io.enifailover.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MoveDeadlinesTest {

    @Test
    void areByDefaultWhatTheFunctionNeedsForAMove() {
        assertThat(MoveDeadlines.ofDefaults()).hasToString("detach=15,force=15,stop=40,attach=30,serve=30");
    }

    @Test
    void changeOnlyForTheStepsThatAreNamed() {
        assertThat(MoveDeadlines.named(List.of("serve=20", "detach=5")))
                .hasToString("detach=5,force=15,stop=40,attach=30,serve=20");
    }

    @Test
    void readWhatTheyWrite() {
        var deadlines = MoveDeadlines.ofDefaults().with(Step.ATTACH, Duration.ofSeconds(60));

        assertThat(MoveDeadlines.named(List.of(deadlines.toString().split(","))))
                .isEqualTo(deadlines);
    }

    /** With 15 seconds to answer it fills the 180 of the function. */
    @Test
    void leaveTheFunctionTheTimeToAnswer() {
        assertThat(MoveDeadlines.named(List.of("stop=60", "serve=45")).sum()).isEqualTo(Duration.ofSeconds(165));
        assertThatIllegalArgumentException().isThrownBy(() -> MoveDeadlines.named(List.of("stop=60", "serve=46")));
    }

    @Test
    void doNotOverflow() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MoveDeadlines.ofDefaults().with(Step.SERVE, Duration.ofSeconds(Long.MAX_VALUE)));
    }

    @Test
    void coverEachStepThatNeedsOne() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MoveDeadlines(Map.of(Step.SERVE, Duration.ofSeconds(5))));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MoveDeadlines.ofDefaults().with(Step.DECIDE, Duration.ofSeconds(5)));
    }
}
