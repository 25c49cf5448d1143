package io.enifailover.function;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** The clock and the sleep of the controller, virtual in tests. */
public interface Time {
    Instant now();

    void sleep(Duration duration);

    /** Waits for the result of work that was begun at the same time. */
    default <T> T await(CompletableFuture<T> result) {
        return result.join();
    }

    static Time system() {
        return new Time() {
            @Override
            public Instant now() {
                return Instant.now();
            }

            @Override
            public void sleep(Duration duration) {
                try {
                    Thread.sleep(duration.toMillis());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("interrupted while waiting for EC2", e);
                }
            }
        };
    }
}
