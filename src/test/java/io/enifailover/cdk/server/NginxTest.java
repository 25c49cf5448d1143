package io.enifailover.cdk.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs a real nginx with the server's own configuration under clients that keep their connections open. */
class NginxTest {
    private static final Path RESOURCES = Path.of("src/main/resources/io/enifailover/nginx");

    @TempDir
    Path root;

    private final List<SocketChannel> clients = new ArrayList<>();
    private RealNginx nginx;

    @BeforeEach
    void start() throws Exception {
        var pages = Files.createDirectories(root.resolve("usr/share/nginx/html"));
        Files.copy(RESOURCES.resolve("index.html"), pages.resolve("index.html"));
        var configuration = Files.readString(RESOURCES.resolve("nginx.conf"))
                .replace("@INSTANCE_ID@", "i-0123456789abcdef0")
                .replace("@FLOATING_ADDRESS@", "10.0.0.25")
                .replace("@SERVED_BY@", "X-Served-By")
                // One for each processor of the default instance type.
                .replace("worker_processes auto", "worker_processes 2");
        nginx = RealNginx.start(configuration, root);
    }

    @AfterEach
    void end() throws Exception {
        for (var client : clients) {
            client.close();
        }
        if (nginx != null) {
            nginx.close();
        }
    }

    @Test
    void passesItsHealthCheckWhileClientsSendHalfRequestsAndReadNothing() throws Exception {
        for (var i = 0; i < 300; i++) {
            // Answers that fill the buffers of both sides.
            clients.add(connect("GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(300)));
        }
        for (var i = 0; i < 2_200; i++) {
            clients.add(connect("GET / HTTP/1.1\r\nHost: a\r\n"));
        }

        for (var probe = 0; probe < 10; probe++) {
            assertThat(passesHealthCheck()).as("probe %d", probe).isTrue();
        }
    }

    /** Well before a minute, which is nginx's default. */
    @Test
    void disconnectsClientsThatSendHalfARequestOrReadNothing() throws Exception {
        clients.add(connect("GET / HTTP/1.1\r\nHost: a\r\n"));
        clients.add(connect("GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(20_000)));

        var begin = System.nanoTime();
        while (clients.stream().anyMatch(NginxTest::isConnected)) {
            assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(40));
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private boolean passesHealthCheck() throws InterruptedException {
        try {
            return nginx.get("/healthz").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private SocketChannel connect(String request) throws IOException {
        var client = SocketChannel.open();
        client.setOption(StandardSocketOptions.SO_RCVBUF, 1024);
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), nginx.port()));
        client.configureBlocking(false);
        client.write(ByteBuffer.wrap(request.getBytes(US_ASCII)));
        return client;
    }

    private static boolean isConnected(SocketChannel client) {
        try {
            client.write(ByteBuffer.wrap(new byte[] {'a'}));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
