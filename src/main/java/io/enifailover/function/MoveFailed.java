package io.enifailover.function;

import io.enifailover.protocol.Step;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A failed move. The message has one line, with the step, the seconds spent on it and the reason. */
final class MoveFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Step step;

    MoveFailed(Step step, Duration elapsed, String reason, @Nullable Throwable cause) {
        super(
                String.format(Locale.ROOT, "%s failed after %.1f s: %s", step, elapsed.toMillis() / 1000.0, reason),
                cause);
        this.step = step;
    }

    Step step() {
        return step;
    }
}
