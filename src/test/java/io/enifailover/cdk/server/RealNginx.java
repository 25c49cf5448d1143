package io.enifailover.cdk.server;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A real nginx with the server's own configuration, on a free port and with its files below a folder of the test. */
final class RealNginx implements AutoCloseable {
    private final Process process;
    private final int port;

    private RealNginx(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts it with systemd's limit of 1,024 open files.
     *
     * @param configuration that of a server, with its values filled in
     * @param root          folder that takes the place of {@code /}
     */
    static RealNginx start(String configuration, Path root) throws Exception {
        Tools.assumeInstalled("nginx");
        var port = freePort();
        var file = Files.writeString(
                root.resolve("nginx.conf"),
                // The folder of a test is closed to nginx's own user.
                "user root;\n"
                        + configuration
                                .replace("listen 80 ", "listen " + port + " ")
                                .replace("10.0.0.25:80", "10.0.0.25:" + port)
                                .replace("/run/", root + "/")
                                .replace("/var/log/nginx/", root + "/")
                                .replace("/usr/share/", root + "/usr/share/"));
        var log = root.resolve("nginx.log");
        var process = new ProcessBuilder(
                        "sh", "-c", "ulimit -Sn 1024 && exec nginx -c \"$0\" -g 'daemon off;'", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        var nginx = new RealNginx(process, port);
        nginx.awaitAnswer(log);
        return nginx;
    }

    int port() {
        return port;
    }

    /**
     * Opens a new connection for it.
     *
     * @throws IOException when there is no answer within three seconds
     */
    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(3))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }

    private void awaitAnswer(Path log) throws Exception {
        for (var attempt = 1; ; attempt++) {
            try {
                get("/healthz");
                return;
            } catch (IOException e) {
                if (attempt == 100 || !process.isAlive()) {
                    throw new AssertionError("nginx does not answer: " + Files.readString(log), e);
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
