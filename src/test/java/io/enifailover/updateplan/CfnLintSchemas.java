package io.enifailover.updateplan;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The schemas that come with cfn-lint, for us-east-1.
 *
 * <p>The environment variable {@code EMULATOR_PYTHON} names the interpreter that has cfn-lint, {@code python3} by default.
 */
public final class CfnLintSchemas implements ResourceSchemas {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final JsonNode hashes;

    private CfnLintSchemas(Path folder) {
        this.folder = folder;
        hashes = read(providers(folder));
    }

    /** Returns the schemas. On a developer's machine missing ones skip the test; in CI they fail it. */
    public static CfnLintSchemas installed() {
        var python = Optional.ofNullable(System.getenv("EMULATOR_PYTHON")).orElse("python3");
        var folder = folder(python);
        var found = folder.isPresent() && Files.isReadable(providers(folder.get()));
        var missing = python + " has no cfn-lint 1.58 or newer: pip install -r .ci/requirements.txt";
        if (System.getenv("CI") != null && !found) {
            throw new AssertionError(missing);
        }
        assumeTrue(found, missing);
        return new CfnLintSchemas(folder.orElseThrow());
    }

    @Override
    public ResourceSchema schemaOf(String type) {
        if (!hashes.has(type)) {
            throw new IllegalArgumentException("cfn-lint has no schema of " + type);
        }
        return ResourceSchema.of(
                read(folder.resolve("resources").resolve(hashes.get(type).asText() + ".json")));
    }

    private static Path providers(Path folder) {
        return folder.resolve("providers").resolve("us-east-1.json");
    }

    private static Optional<Path> folder(String python) {
        try {
            var process = new ProcessBuilder(
                            python, "-c", "import cfnlint, os; print(os.path.dirname(cfnlint.__file__))")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.waitFor() == 0 ? Optional.of(Path.of(output, "data", "schemas")) : Optional.empty();
        } catch (IOException e) {
            // There is no such interpreter.
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode read(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
