package io.enifailover.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.enifailover.simulation.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PacerTest {
    private static final Instant START = VirtualTime.START;

    private final AtomicLong nanos = new AtomicLong();
    private final List<String> acted = new ArrayList<>();
    private final Pacer<String> pacer =
            new Pacer<>((at, action) -> acted.add(action + " " + Duration.between(START, at)), START, 10, nanos::get);

    @Test
    void letsNobodyActBeforeItBegins() {
        pacer.add("early");

        assertThat(pacer.until(START.minusSeconds(10))).isTrue();
        assertThat(acted).isEmpty();
        assertThat(pacer.until(START)).isFalse();
        assertThat(acted).containsExactly("early PT0.0005S");
    }

    @Test
    void waitsForNothingThatIsPast() {
        nanos.set(Duration.ofSeconds(1).toNanos());

        assertThat(pacer.until(START.plusSeconds(10))).isTrue();
    }

    /** The clock stands still, so that only an end can end the wait. */
    @Test
    void waitsForWhatIsToCome() throws Exception {
        nanos.set(Duration.ofSeconds(1).toNanos());
        var waits = CompletableFuture.supplyAsync(() -> pacer.until(START.plusSeconds(11)));

        pacer.add("first");

        assertThat(waits.get(10, TimeUnit.SECONDS)).isFalse();
        assertThat(acted).containsExactly("first PT10.0005S");

        var waitsAgain = CompletableFuture.supplyAsync(() -> pacer.until(START.plusSeconds(11)));
        assertThat(waitsAgain).isNotDone();
        pacer.end();
        assertThat(waitsAgain.get(10, TimeUnit.SECONDS)).isTrue();
    }

    /** What happens next is not later than planned because somebody acts. */
    @Test
    void actsNoLaterThanWhatComesNext() {
        nanos.set(Duration.ofSeconds(1).toNanos());
        pacer.add("late");

        assertThat(pacer.until(START.plusSeconds(3))).isFalse();
        assertThat(acted).containsExactly("late PT3.0005S");
    }

    @Test
    void goesOnAtAnotherSpeedFromWhereItIs() {
        nanos.set(Duration.ofSeconds(1).toNanos());
        pacer.speed(1);
        nanos.set(Duration.ofSeconds(2).toNanos());
        pacer.add("now");

        assertThat(pacer.until(START.plusSeconds(20))).isFalse();
        assertThat(acted).containsExactly("now PT11.0005S");
    }

    @Test
    void doesNotRunAfterTheTimeInWhichTheMachineSlept() {
        nanos.set(Duration.ofHours(1).toNanos());
        assertThat(pacer.until(START.plusSeconds(1))).isTrue();
        pacer.add("awake");

        assertThat(pacer.until(START.plusSeconds(20))).isFalse();
        assertThat(acted).containsExactly("awake PT1.0005S");
    }
}
