package io.enifailover.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.enifailover.protocol.HealthCheck.Statuses;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordingTest {
    private static final Duration INTERVAL = Duration.ofMillis(20);

    @Test
    void measuresFromTheLastGoodAnswerOfTheOldHolderToTheFirstOfTheNew() {
        var recording =
                new Tape().served("a", 3).failed("refused", 4).served("b", 2).recording();

        assertThat(recording.outages()).containsExactly(outage("a", "b", 41, 141, 4));
        assertThat(recording.outages().get(0).length()).isEqualTo(Duration.ofMillis(100));
        assertThat(recording.figures()).isEqualTo(recording.moves()).hasSize(1);
    }

    @Test
    void countsARequestThatTimesOutAfterTheNewHolderAnswers() {
        var recording =
                new Tape().served("a", 1).failed("timeout", 5).served("b", 100).recording();

        assertThat(recording.outages()).containsExactly(outage("a", "b", 1, 121, 5));
        assertThat(recording.failed()).isEqualTo(5);
    }

    @Test
    void seesNoOutageWhereAllWasServed() {
        var recording = new Tape().served("a", 50).recording();

        assertThat(recording.outages()).isEmpty();
        assertThat(recording.figures()).isEmpty();
        assertThat(recording.spans()).containsExactly(new Span("a", 1 * Tape.MILLI, 981 * Tape.MILLI, 50));
        assertThat(recording.longestGap()).isEqualTo(INTERVAL);
    }

    @Test
    void seesAMoveThatFailedNoRequest() {
        var recording = new Tape().served("a", 2).served("b", 2).recording();

        assertThat(recording.moves()).containsExactly(outage("a", "b", 21, 41, 0));
    }

    @Test
    void doesNotCallARestartAMove() {
        var recording = new Tape()
                .served("a", 2)
                .failed("refused", 1)
                .served("a", 1)
                .failed("reset", 3)
                .served("a", 1)
                .recording();

        assertThat(recording.outages()).containsExactly(outage("a", "a", 21, 61, 1), outage("a", "a", 61, 141, 3));
        assertThat(recording.moves()).isEmpty();
        assertThat(recording.figures()).containsExactly(outage("a", "a", 61, 141, 3));
        assertThat(recording.spans()).extracting(Span::answers).containsExactly(2, 1, 1);
    }

    @Test
    void seesEachOfTenMovesInARow() {
        var tape = new Tape().served("a", 5);
        for (var i = 0; i < 10; i++) {
            tape.failed("unreachable", i + 1).served(i % 2 == 0 ? "b" : "a", 5);
        }

        var moves = tape.recording().moves();

        assertThat(moves).extracting(Outage::failed).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        assertThat(moves).extracting(Outage::to).containsExactly("b", "a", "b", "a", "b", "a", "b", "a", "b", "a");
        assertThat(tape.recording().spans()).hasSize(11);
    }

    @Test
    void doesNotTakeALateAnswerOfTheOldHolderForAMoveBack() {
        var recording = new Tape()
                .served("a", 1)
                .served("a", 1, 900)
                .failed("refused", 3)
                .served("b", 100)
                .recording();

        assertThat(recording.outages()).containsExactly(outage("a", "b", 1, 101, 3));
        assertThat(recording.late()).isEqualTo(1);
        assertThat(recording.spans()).extracting(Span::server).containsExactly("a", "b");
    }

    @Test
    void seesTwoServersThatAnswerInTurn() {
        var recording = new Tape()
                .served("a", 1)
                .served("b", 1)
                .served("a", 1)
                .served("b", 1)
                .recording();

        assertThat(recording.moves()).hasSize(3);
        assertThat(recording.late()).isZero();
    }

    @Test
    void saysThatNobodyAnsweredAgain() {
        var recording = new Tape().served("a", 1).failed("timeout", 10).recording();

        assertThat(recording.outages()).containsExactly(open("a", 1, 1200, 10));
        assertThat(recording.figures().get(0).open()).isTrue();
        assertThat(recording.longestGap()).isEqualTo(Duration.ofMillis(1199));
    }

    @Test
    void judgesByTheMoveAndByTheOutageThatNeverEnded() {
        var recording = new Tape()
                .served("a", 1)
                .failed("refused", 20)
                .served("a", 1)
                .served("b", 1)
                .failed("refused", 1)
                .recording();

        assertThat(recording.figures()).containsExactly(outage("a", "b", 421, 441, 0), open("b", 441, 461, 1));
    }

    @Test
    void saysThatNobodyEverAnswered() {
        var recording = new Tape().failed("refused", 3).recording();

        assertThat(recording.outages()).containsExactly(open(null, 0, 41, 3));
        assertThat(recording.spans()).isEmpty();
    }

    @Test
    void beginsInTheMiddleOfAnOutage() {
        var recording = new Tape().failed("refused", 3).served("b", 1).recording();

        assertThat(recording.outages()).containsExactly(outage(null, "b", 0, 61, 3));
        assertThat(recording.moves()).isEmpty();
    }

    @Test
    void statesAResolutionAsCoarseAsTheProbesWere() {
        var recording = new Tape()
                .served("a", 2)
                .pause(300)
                .failed("refused", 2)
                .served("b", 2)
                .recording();

        assertThat(recording.outages().get(0).resolution()).isEqualTo(Duration.ofMillis(320));
    }

    @Test
    void countsAnErrorPageAsAFailure() {
        var recording = new Tape()
                .served("a", 1)
                .probes("503", "a", 1, 1)
                .served("a", 1)
                .recording();

        assertThat(recording.outages()).containsExactly(outage("a", "a", 1, 41, 1));
    }

    @Test
    void seesInterruptionsOfAServiceThatDoesNotNameItsServers() {
        var recording = new Tape()
                .probes("connected", null, 2, 1)
                .failed("refused", 1)
                .probes("connected", null, 1, 1)
                .failed("refused", 3)
                .probes("connected", null, 2, 1)
                .recording();

        assertThat(recording.named()).isFalse();
        assertThat(recording.outages()).containsExactly(outage(null, null, 21, 61, 1), outage(null, null, 61, 141, 3));
        assertThat(recording.outages()).noneMatch(Outage::open);
        assertThat(recording.moves()).isEmpty();
        assertThat(recording.figures()).containsExactly(outage(null, null, 61, 141, 3));
        assertThat(recording.longestInterruption()).isEqualTo(outage(null, null, 61, 141, 3));
        assertThat(recording.spans())
                .extracting(Span::server, Span::answers)
                .containsExactly(tuple(null, 2), tuple(null, 1), tuple(null, 2));
    }

    @Test
    void saysThatNothingWasInterruptedAndHowExactlyThatIsKnown() {
        var recording =
                new Tape().probes("302", null, 2, 1).probes("302", null, 2, 901).recording();

        assertThat(recording.outages()).isEmpty();
        assertThat(recording.spans()).containsExactly(new Span(null, 1 * Tape.MILLI, 961 * Tape.MILLI, 4));
        assertThat(recording.longestInterruption())
                .isEqualTo(new Outage(null, null, 0, 0, 0, Duration.ofMillis(920), false));
    }

    /** Which server gave an answer without a name is not known, so neither is when the server changed. */
    @Test
    void usesNoNamesIfOneIsMissing() {
        var recording = new Tape()
                .served("a", 2)
                .failed("refused", 2)
                .probes("200", null, 1, 1)
                .served("b", 2)
                .recording();

        assertThat(recording.outages()).containsExactly(outage(null, null, 21, 81, 2));
        assertThat(recording.spans()).extracting(Span::server).containsExactly(null, null);
    }

    @Test
    void doesNotTakeTheEndForTheLongestInterruption() {
        var recording = new Tape()
                .probes("connected", null, 1, 1)
                .failed("refused", 1)
                .probes("connected", null, 1, 1)
                .failed("refused", 50)
                .recording();

        assertThat(recording.figures()).singleElement().matches(Outage::open);
        assertThat(recording.longestInterruption()).isEqualTo(outage(null, null, 1, 41, 1));
    }

    @Test
    void leavesOutTheFailuresBeforeTheFirstGoodAnswer() {
        var tape =
                new Tape().failed("timeout", 20).probes("connected", null, 2, 1).failed("refused", 1);

        var recording = tape.probes("connected", null, 1, 1).recording().fromFirstGoodAnswer();

        assertThat(recording.outages()).containsExactly(outage(null, null, 421, 461, 1));
        assertThat(new Tape()
                        .failed("refused", 3)
                        .recording()
                        .fromFirstGoodAnswer()
                        .failed())
                .isEqualTo(3);
    }

    @Test
    void statesTheRateThatWasReached() {
        assertThat(new Tape().served("a", 51).recording().rate()).isCloseTo(50, within(1e-9));
        assertThat(new Tape()
                        .served("a", 26)
                        .pause(500)
                        .served("a", 25)
                        .recording()
                        .rate())
                .isCloseTo(100 / 3.0, within(1e-9));
        assertThat(new Tape().served("a", 1).recording().rate()).isZero();
    }

    @Test
    void isLaidBesideOtherMachinesTimes() {
        var recording = new Tape().served("a", 1).recording();
        var instant = recording.wallClock(1_500_000_001);

        assertThat(instant).isEqualTo("2026-03-01T12:00:01.500000001Z");
        assertThat(recording.nanosAt(instant)).isEqualTo(1_500_000_001);
    }

    @Test
    void isEmptyBeforeTheFirstAnswer() {
        var recording = new Tape().recording();

        assertThat(recording.outages()).isEmpty();
        assertThat(recording.longestGap()).isZero();
    }

    @Test
    void rejectsWhatCannotBe() {
        assertThatThrownBy(() -> new Recording(Tape.BEGAN, Duration.ZERO, List.of()))
                .hasMessage("every must be positive, got PT0S");
        assertThatThrownBy(() -> new Sample(2, 1, "200", Statuses.DEFAULT, "a"))
                .hasMessage("answered must not be before sent, got 1 and 2");
    }

    private static Outage outage(@Nullable String from, @Nullable String to, long start, long end, int failed) {
        return new Outage(from, to, start * Tape.MILLI, end * Tape.MILLI, failed, INTERVAL, false);
    }

    private static Outage open(@Nullable String from, long start, long end, int failed) {
        return new Outage(from, null, start * Tape.MILLI, end * Tape.MILLI, failed, INTERVAL, true);
    }
}
