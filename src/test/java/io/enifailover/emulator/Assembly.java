package io.enifailover.emulator;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the CDK CLI deploys.
 *
 * @param stack     name of the stack
 * @param directory where it is synthesized already, or null: the application of {@code cdk.json}
 */
public record Assembly(String stack, @Nullable Path directory) {
    /** This project's own. */
    public static final Assembly OWN = new Assembly("EniFailover", null);

    List<String> options() {
        return directory == null ? List.of() : List.of("--app=" + directory);
    }
}
