package io.enifailover.simulation;

import org.jspecify.annotations.Nullable;

/** Settles what a plan leaves open: at random in a random history, and always in the same way in a calm one. */
public final class PlannedChance extends Chance {
    private final boolean calm;

    /**
     * @param seed seed of the random numbers, or null for none: nothing is random
     */
    public PlannedChance(@Nullable Long seed) {
        super(seed == null ? 0 : seed);
        calm = seed == null;
    }

    /** A number from zero to below the bound; the one in the middle if nothing is random. */
    @Override
    public int below(int bound) {
        return calm ? bound / 2 : super.below(bound);
    }

    /** Returns true at random, once in so many times; never if nothing is random. */
    @Override
    public boolean oneIn(int times) {
        return !calm && super.oneIn(times);
    }

    /** For the effect of a fault in the plan: true once in so many times, and always if nothing is random. */
    public boolean strikesOneIn(int times) {
        return calm || super.oneIn(times);
    }
}
