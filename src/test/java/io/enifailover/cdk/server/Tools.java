package io.enifailover.cdk.server;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

final class Tools {
    private Tools() {}

    /** On a developer's machine a missing tool skips the test; in CI it fails it. */
    static void assumeInstalled(String tool) {
        assumeTrue(
                System.getenv("CI") != null
                        || List.of(System.getenv("PATH").split(":", -1)).stream()
                                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool))),
                tool + " is not installed");
    }
}
