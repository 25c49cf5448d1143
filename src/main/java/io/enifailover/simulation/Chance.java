package io.enifailover.simulation;

import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Settles what a plan leaves open: at random in a random history, and always in the same way in a pinned one. */
public final class Chance {
    private final @Nullable Random random;

    /**
     * @param seed seed of the random numbers, or null for none: nothing is random
     */
    public Chance(@Nullable Long seed) {
        random = seed == null ? null : new Random(seed);
    }

    /** A number from zero to below the bound; the one in the middle if nothing is random. */
    public int below(int bound) {
        return random == null ? bound / 2 : random.nextInt(bound);
    }

    public Duration upTo(Duration most) {
        return Duration.ofMillis(below((int) most.toMillis()));
    }

    Duration seconds(int least, int most) {
        return Duration.ofSeconds(least).plus(upTo(Duration.ofSeconds(most - least)));
    }

    /** Returns true at random, once in so many times; never if nothing is random. */
    public boolean oneIn(int times) {
        return random != null && random.nextInt(times) == 0;
    }

    /** For the effect of a fault in the plan: true once in so many times, and always if nothing is random. */
    public boolean strikesOneIn(int times) {
        return random == null || random.nextInt(times) == 0;
    }
}
