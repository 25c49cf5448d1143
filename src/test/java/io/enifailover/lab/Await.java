package io.enifailover.lab;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting for what another process does. */
final class Await {
    private static final Duration STEP = Duration.ofMillis(20);

    private Await() {}

    /** Whether it came true within that time. */
    static boolean within(Duration patience, BooleanSupplier condition) {
        var end = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            pause(STEP);
        }
        return true;
    }

    static void pause(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
