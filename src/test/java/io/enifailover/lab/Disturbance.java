package io.enifailover.lab;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What happens to a pair and is no reason to move anything; it goes on until the pair is settled again.
 *
 * @param pause before it happens again, or zero if it goes on by itself
 */
record Disturbance(String description, Duration pause, Consumer<Lab> once) {
    static Stream<Disturbance> all() {
        return Stream.of(
                lasting("5 % loss at the observer", lab -> lab.lose(5, lab.standby())),
                lasting("20 % loss at the observer", lab -> lab.lose(20, lab.standby())),
                lasting("2 % loss at the holder", lab -> lab.lose(2, lab.primary())),
                lasting("10 % loss at the holder", lab -> lab.lose(10, lab.primary())),
                freezing("0.5 s", Duration.ofMillis(500)),
                freezing("1 s", Duration.ofSeconds(1)),
                new Disturbance(
                        "nginx is reloaded every 2 s",
                        Duration.ofSeconds(2),
                        lab -> lab.primary().run("systemctl", "reload", "nginx")),
                lasting("the holder keeps all processors busy", lab -> lab.keepBusy(lab.primary())));
    }

    private static Disturbance lasting(String description, Consumer<Lab> once) {
        return new Disturbance(description, Duration.ZERO, once);
    }

    private static Disturbance freezing(String words, Duration length) {
        return new Disturbance("holder freezes for " + words + ", again and again", Duration.ofSeconds(3), lab -> {
            lab.primary().freeze();
            Await.pause(length);
            lab.primary().thaw();
        });
    }

    /** Disturbs the pair for that long. */
    void disturb(Lab lab, Duration length) {
        var end = System.nanoTime() + length.toNanos();
        do {
            once.accept(lab);
            Await.pause(pause.isZero() ? length : pause);
        } while (System.nanoTime() < end);
    }

    @Override
    public String toString() {
        return description;
    }
}
