package io.enifailover.lab;

import java.time.Duration;

/** What happens to a pair and is no reason to move anything; each goes on until the pair is settled again. */
enum Disturbance {
    LOSS_5_AT_THE_OBSERVER("5 % loss at the observer", Duration.ZERO) {
        @Override
        void once(Lab lab) {
            lab.lose(5, lab.standby());
        }
    },
    LOSS_20_AT_THE_OBSERVER("20 % loss at the observer", Duration.ZERO) {
        @Override
        void once(Lab lab) {
            lab.lose(20, lab.standby());
        }
    },
    LOSS_2_AT_THE_HOLDER("2 % loss at the holder", Duration.ZERO) {
        @Override
        void once(Lab lab) {
            lab.lose(2, lab.primary());
        }
    },
    LOSS_10_AT_THE_HOLDER("10 % loss at the holder", Duration.ZERO) {
        @Override
        void once(Lab lab) {
            lab.lose(10, lab.primary());
        }
    },
    FREEZES_OF_HALF_A_SECOND("holder freezes for 0.5 s, again and again", Duration.ofSeconds(3)) {
        @Override
        void once(Lab lab) {
            freeze(lab, Duration.ofMillis(500));
        }
    },
    FREEZES_OF_A_SECOND("holder freezes for 1 s, again and again", Duration.ofSeconds(3)) {
        @Override
        void once(Lab lab) {
            freeze(lab, Duration.ofSeconds(1));
        }
    },
    RELOADS("nginx is reloaded every 2 s", Duration.ofSeconds(2)) {
        @Override
        void once(Lab lab) {
            lab.primary().run("systemctl", "reload", "nginx");
        }
    },
    BUSY("the holder keeps all processors busy", Duration.ZERO) {
        @Override
        void once(Lab lab) {
            lab.keepBusy(lab.primary());
        }
    };

    final String description;
    private final Duration pause;

    /**
     * @param pause before it happens again, or zero if it goes on by itself
     */
    Disturbance(String description, Duration pause) {
        this.description = description;
        this.pause = pause;
    }

    abstract void once(Lab lab);

    /** Disturbs the pair for that long. */
    void disturb(Lab lab, Duration length) {
        var end = System.nanoTime() + length.toNanos();
        do {
            once(lab);
            Await.pause(pause.isZero() ? length : pause);
        } while (System.nanoTime() < end);
    }

    private static void freeze(Lab lab, Duration length) {
        lab.primary().freeze();
        Await.pause(length);
        lab.primary().thaw();
    }
}
