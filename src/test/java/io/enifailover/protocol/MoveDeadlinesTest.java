package io.enifailover.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class MoveDeadlinesTest {

    @Test
    void areByDefaultWhatTheFunctionNeedsForAMove() {
        assertThat(MoveDeadlines.ofDefaults()).hasToString("15,15,40,30,30");
    }

    /** With 15 seconds to answer it fills the 180 of the function. */
    @Test
    void leaveTheFunctionTheTimeToAnswer() {
        assertThat(new MoveDeadlines(15, 15, 60, 30, 45)).hasToString("15,15,60,30,45");
        assertThatIllegalArgumentException().isThrownBy(() -> new MoveDeadlines(15, 15, 60, 30, 46));
    }

    @Test
    void doNotOverflow() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MoveDeadlines(Integer.MAX_VALUE, Integer.MAX_VALUE, 15, 15, 15));
    }
}
