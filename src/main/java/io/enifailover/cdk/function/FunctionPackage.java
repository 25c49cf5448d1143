package io.enifailover.cdk.function;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import software.amazon.awscdk.services.lambda.Code;

/** Finds the function's package, the folder {@code function/} that the build puts beside the classes. */
final class FunctionPackage {
    private FunctionPackage() {}

    /** Returns the package as code for a function; from a jar it is unpacked first, since the CDK uploads folders. */
    static Code code() {
        try {
            var location = Objects.requireNonNull(
                            FunctionPackage.class.getResource("/function"), "function/ is not beside the classes")
                    .toURI();
            return Code.fromAsset(
                    (location.getScheme().equals("jar") ? unpack(location) : Path.of(location)).toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path unpack(URI location) throws IOException {
        var folder = Files.createTempDirectory("eni-failover-function");
        try (var jar = FileSystems.newFileSystem(location, Map.of());
                var files = Files.walk(jar.getPath("/function"))) {
            for (var file : (Iterable<Path>) files::iterator) {
                var copy =
                        folder.resolve(jar.getPath("/function").relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
        return folder;
    }
}
