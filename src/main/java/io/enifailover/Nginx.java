package io.enifailover;

import io.enifailover.cdk.server.ServerFiles;
import io.enifailover.protocol.HealthCheck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** The default service: nginx with the welcome page of the tutorial, which shows which server has answered. */
public final class Nginx {
    private static final List<String> FILES =
            List.of(ServerFiles.INSTALL_SCRIPT, "nginx.conf", "nginx.service.conf", "index.html");

    private static final Path DIRECTORY = unpacked();

    private Nginx() {}

    public static Service welcomePage() {
        return Service.builder()
                .name("nginx")
                .tcpPorts(List.of(80))
                .healthCheck(HealthCheck.http(80, "/healthz"))
                .install(DIRECTORY)
                .units(List.of("nginx"))
                .build();
    }

    /** Copies the files from the jar to a temporary directory, and returns it. */
    private static Path unpacked() {
        try {
            var directory = Files.createTempDirectory("eni-failover-nginx");
            for (var name : FILES) {
                try (var file = Objects.requireNonNull(Nginx.class.getResourceAsStream("nginx/" + name), name)) {
                    Files.copy(file, directory.resolve(name));
                }
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
