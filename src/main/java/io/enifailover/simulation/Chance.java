package io.enifailover.simulation;

import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Settles what a plan leaves open: at random in a random history, and always in the same way in a pinned one. */
public final class Chance {
    private final @Nullable Random random;

    /**
     * @param seed of the random numbers, or null: nothing is random
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

    /** Something that happens now and then, and never if nothing is random. */
    public boolean oneIn(int times) {
        return random != null && random.nextInt(times) == 0;
    }

    /** The effect of a fault that the plan names, which strikes now and then, and each time if nothing is random. */
    public boolean strikesOneIn(int times) {
        return random == null || random.nextInt(times) == 0;
    }
}
