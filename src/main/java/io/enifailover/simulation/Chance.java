package io.enifailover.simulation;

import java.time.Duration;
import java.util.Random;

/** What is random in a run; the same seed gives the same run. */
public class Chance {
    private final Random random;

    public Chance(long seed) {
        random = new Random(seed);
    }

    /** A number from zero to below the bound. */
    public int below(int bound) {
        return random.nextInt(bound);
    }

    public final Duration upTo(Duration most) {
        return Duration.ofMillis(below((int) most.toMillis()));
    }

    final Duration seconds(int least, int most) {
        return Duration.ofSeconds(least).plus(upTo(Duration.ofSeconds(most - least)));
    }

    /** Returns true once in so many times. */
    public boolean oneIn(int times) {
        return below(times) == 0;
    }
}
