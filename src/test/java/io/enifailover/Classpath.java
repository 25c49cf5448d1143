package io.enifailover;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What another JVM needs in order to load classes of this one. */
public final class Classpath {
    private Classpath() {}

    /** Returns the jars or folders of these classes, as for {@code java -cp}. */
    public static String of(Class<?>... types) {
        return Arrays.stream(types).map(Classpath::place).collect(Collectors.joining(File.pathSeparator));
    }

    private static String place(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
