package io.enifailover.outage;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enifailover.function.SelfSigned;
import io.enifailover.protocol.HealthCheck.Statuses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ProberTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String A = "i-0000000000000000a";
    private static final String SERVED = "HTTP/1.1 200 OK\r\nx-served-by: " + A + "\r\nContent-Length: 3\r\n\r\nok\n";

    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private ServerSocket listening;
    private Page page = socket -> answer(socket, SERVED);

    @BeforeEach
    void listen() throws IOException {
        listening = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        var thread = new Thread(this::serve);
        thread.setDaemon(true);
        thread.start();
    }

    @AfterEach
    void stop() throws IOException {
        listening.close();
        for (var socket : open) {
            socket.close();
        }
    }

    @Test
    void notesWhoServed() {
        assertThat(first(url())).satisfies(answer -> {
            assertThat(answer.result()).isEqualTo("200");
            assertThat(answer.servedBy()).isEqualTo(A);
            assertThat(answer.good()).isTrue();
            assertThat(took(answer)).isPositive();
        });
    }

    @Test
    void takesForAServerOnlyWhatCanBeTheNameOfOne() {
        for (var name : List.of("", "cache-lhr7231-LHR", "\u001b]0;x\u0007", A + "\u001b[2J", "x".repeat(5_000))) {
            page = socket -> answer(socket, SERVED.replace(A, name));

            assertThat(first(url())).satisfies(answer -> {
                assertThat(answer.servedBy()).isNull();
                assertThat(answer.good()).isTrue();
            });
        }
    }

    @Test
    void opensAConnectionForEachProbe() {
        var recording = record(url(), 10);

        assertThat(connections).hasValue(recording.answers().size());
    }

    @Test
    void doesNotWaitForTheProbesThatHang() {
        page = socket -> {
            if (connections.get() > 5) {
                answer(socket, SERVED);
            }
        };

        var recording = record(url(), 20);

        assertThat(recording.answers().subList(0, 10)).allMatch(Sample::good);
        assertThat(recording.answers().stream().filter(answer -> !answer.good()))
                .hasSize(5)
                .allSatisfy(answer -> {
                    assertThat(answer.result()).isEqualTo("timeout");
                    assertThat(took(answer)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
                });
    }

    /** A busy machine may keep it from reading answers that have arrived. */
    @Test
    void doesNotTakeTheTimeInWhichItDidNotRunForAServersDelay() {
        var pace = new Pace(Duration.ofMillis(20), Duration.ofSeconds(2));
        var paused = new CountDownLatch(1);
        var answers = new CountDownLatch(6);
        page = socket -> {
            if (connections.get() >= 6) {
                answer(socket, SERVED);
            }
            if (connections.get() == 6) {
                await(paused);
                for (var waiting : open.subList(0, 5)) {
                    answer(waiting, SERVED);
                }
            }
        };

        var probing = Prober.start(url(), Statuses.DEFAULT, pace, answer -> {
            if (paused.getCount() > 0) {
                paused.countDown();
                LockSupport.parkNanos(pace.patience().toNanos() * 3 / 2);
            }
            answers.countDown();
        });
        await(answers);

        assertThat(probing.stop().answers()).allMatch(Sample::good);
    }

    @Test
    void notesAnErrorPage() {
        page = socket -> answer(socket, "HTTP/1.1 503 Service Unavailable\r\n\r\n");

        assertThat(first(url())).satisfies(answer -> {
            assertThat(answer.result()).isEqualTo("503");
            assertThat(answer.good()).isFalse();
        });
    }

    @ParameterizedTest
    @CsvSource({"199, false", "200, true", "204, true", "302, true", "399, true", "400, false"})
    void takesSuccessAndRedirectionsForService(String status, boolean good) {
        page = socket -> answer(socket, "HTTP/1.1 " + status + " -\r\nLocation: http://localhost:1/\r\n\r\n");

        assertThat(first(url())).satisfies(answer -> {
            assertThat(answer.result()).isEqualTo(status);
            assertThat(answer.good()).isEqualTo(good);
        });
    }

    @Test
    void takesAConnectionForServiceIfThatIsAsked() throws IOException {
        page = socket -> {};
        var recording = record(URI.create("tcp://127.0.0.1:" + listening.getLocalPort()), 10);
        listening.close();

        assertThat(recording.answers()).allSatisfy(answer -> {
            assertThat(answer.result()).isEqualTo("connected");
            assertThat(answer.servedBy()).isNull();
            assertThat(answer.good()).isTrue();
        });
        assertThat(first(URI.create("tcp://127.0.0.1:" + unused())).result()).isEqualTo("refused");
    }

    @Test
    void asksOverTlsWhoseCertificateIsNobodys(@TempDir Path directory) throws Exception {
        secure(SelfSigned.context(directory, "example.test"));

        // The first handshakes of a process are slow, on a busy machine slower than the usual patience; and handshakes
        // that take
        // longer than the pause between two probes pile up.
        var recording = record(https(), new Pace(Duration.ofMillis(200), PATIENCE), 5);

        assertThat(recording.answers()).allSatisfy(answer -> {
            assertThat(answer.result()).isEqualTo("200");
            assertThat(answer.servedBy()).isEqualTo(A);
        });
    }

    @Test
    void notesWhatIsNotTls() {
        page = socket -> answer(socket, "HTTP/1.1 400 Bad Request\r\n\r\n");

        assertThat(first(https(), new Pace(Duration.ofMillis(20), PATIENCE)).result())
                .isEqualTo("tls");
    }

    @Test
    void notesThatNoServerListensForTls() throws IOException {
        assertThat(first(URI.create("https://127.0.0.1:" + unused())).result()).isEqualTo("refused");
    }

    @Test
    void notesAConnectionThatIsClosedInTheHandshake() {
        page = socket -> {
            socket.getInputStream().read(new byte[1000]);
            socket.close();
        };

        assertThat(first(https(), new Pace(Duration.ofMillis(20), PATIENCE)).result())
                .isEqualTo("closed");
    }

    /** Bytes come all the time, the handshake never ends. */
    @Test
    void givesUpOnHandshakesThatDoNotEndAndLeavesNoThread() throws Exception {
        page = socket -> {};
        var probing = Prober.start(https(), Statuses.DEFAULT, new Pace(Duration.ofMillis(20), Duration.ofMillis(200)));
        assertThat(probing.await(answer -> answer.sent() > Duration.ofSeconds(1).toNanos(), PATIENCE))
                .isTrue();

        var recording = probing.stop();

        assertThat(recording.answers()).allSatisfy(answer -> {
            assertThat(answer.result()).isEqualTo("timeout");
            assertThat(took(answer)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        });
        var asking = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("probe"))
                .toList();
        for (var thread : asking) {
            thread.join(PATIENCE.toMillis());
            assertThat(thread.isAlive()).isFalse();
        }
    }

    @Test
    void readsAnAnswerThatComesInPieces() {
        page = socket -> {
            socket.setTcpNoDelay(true);
            for (var letter : "HTTP/1.1 200 OK\r\nX-Ser".getBytes(US_ASCII)) {
                socket.getOutputStream().write(letter);
            }
            answer(socket, "ved-By: i-0000000000000000b\r\n\r\n");
        };

        assertThat(first(url()).servedBy()).isEqualTo("i-0000000000000000b");
    }

    @Test
    void notesAConnectionThatIsClosedWithoutAnAnswer() {
        page = socket -> {
            socket.getInputStream().read(new byte[1000]);
            socket.close();
        };

        assertThat(first(url()).result()).isEqualTo("closed");
    }

    @Test
    void notesAConnectionThatIsReset() {
        page = socket -> {
            socket.setSoLinger(true, 0);
            socket.close();
        };

        assertThat(first(url()).result()).isEqualTo("reset");
    }

    @Test
    void notesWhatIsNotHttp() {
        page = socket -> answer(socket, "SSH-2.0-OpenSSH_9.2\r\n\r\n");

        assertThat(first(url()).result()).isEqualTo("garbled");
    }

    @Test
    void notesThatNoServerListens() throws IOException {
        assertThat(first(URI.create("http://127.0.0.1:" + unused())).result()).isEqualTo("refused");
    }

    @Test
    void notesThatThereIsNoWay() {
        assertThat(Response.failed(new IOException("No route to host")).result())
                .isEqualTo("unreachable");
        assertThat(Response.failed(new IOException("Network is unreachable")).result())
                .isEqualTo("unreachable");
    }

    @Test
    void endsWithAnAnswerForEachProbe() {
        page = socket -> {};
        var probing = Prober.start(url(), Statuses.DEFAULT, new Pace(Duration.ofMillis(20), Duration.ofMillis(200)));
        assertThat(probing.await(answer -> true, PATIENCE)).isTrue();

        var recording = probing.stop();

        assertThat(recording.answers()).hasSizeGreaterThanOrEqualTo(connections.get());
        assertThat(recording).isEqualTo(probing.soFar());
    }

    @Test
    void stopsWaitingWhenTheProbesHaveEnded() {
        var probing = Prober.start(url(), Statuses.DEFAULT, Pace.DEFAULT);
        probing.stop();

        assertThat(probing.await(answer -> !answer.good(), PATIENCE)).isFalse();
    }

    @Test
    void probesFromAProcessOfItsOwnAndTellsTheSame() {
        var heard = new CopyOnWriteArrayList<Sample>();
        Recording recording;
        try (var probing = new RemoteProber(List.of("env"), url(), Pace.DEFAULT, heard::add)) {
            assertThat(probing.await(Sample::good, PATIENCE)).isTrue();
            recording = probing.stop();
        }

        assertThat(recording.answers()).containsExactlyElementsOf(heard).allSatisfy(answer -> {
            assertThat(answer.servedBy()).isEqualTo(A);
        });
        assertThat(recording.answers()).hasSize(connections.get());
    }

    @Test
    void saysThatTheProcessDidNotStart() {
        assertThatThrownBy(() -> new RemoteProber(List.of("false"), url(), Pace.DEFAULT, answer -> {}))
                .hasMessage("the prober did not start: false");
    }

    @Test
    void rejectsWhatItCannotProbe() {
        for (var url :
                List.of("ftp://127.0.0.1/", "127.0.0.1", "/health", "tcp://127.0.0.1", "http:///health", "tcp:5432")) {
            assertThatThrownBy(() -> Prober.start(URI.create(url), Statuses.DEFAULT, Pace.DEFAULT))
                    .hasMessage("url must be http://HOST/PATH, https://HOST/PATH or tcp://HOST:PORT, got " + url);
        }
        assertThatThrownBy(() -> new Pace(Duration.ZERO, PATIENCE)).hasMessage("every must be at least 1 ms, got PT0S");
        assertThatThrownBy(() -> new Pace(PATIENCE, Duration.ofSeconds(1)))
                .hasMessage("patience must be at least PT20S, got PT1S");
    }

    @Test
    void asksAtTheDefaultPortOfTheProtocol() {
        assertThat(Target.of(URI.create("http://127.0.0.1")).address().getPort())
                .isEqualTo(80);
        assertThat(Target.of(URI.create("https://127.0.0.1/x?y")).address().getPort())
                .isEqualTo(443);
        assertThat(Target.of(URI.create("https://127.0.0.1/x?y")).request())
                .startsWith("GET /x?y HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    }

    @Test
    void losesNothingOnTheWayBetweenProcesses() {
        assertThat(List.of(
                        new Sample(1, 2, "200", Statuses.DEFAULT, A),
                        new Sample(3, 1_000_000_003, "timeout", Statuses.DEFAULT, null),
                        new Sample(5, 6, "503", Statuses.DEFAULT, "?"),
                        new Sample(7, 8, "200", Statuses.DEFAULT, "a b\n%")))
                .allSatisfy(answer ->
                        assertThat(SampleLines.answer(SampleLines.of(answer))).isEqualTo(answer));
    }

    private URI url() {
        return URI.create("http://127.0.0.1:" + listening.getLocalPort() + "/healthz");
    }

    private URI https() {
        return URI.create("https://127.0.0.1:" + listening.getLocalPort() + "/healthz");
    }

    /** Not the port of the other tests: a connection that comes while it is closed may still be accepted. */
    private static int unused() throws IOException {
        try (var unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return unused.getLocalPort();
        }
    }

    /** From now on the server speaks TLS. */
    private void secure(SSLContext tls) {
        var plain = page;
        page = socket -> {
            // Closed by the prober as soon as it has the head.
            try (var secured = (SSLSocket) tls.getSocketFactory().createSocket(socket, null, socket.getPort(), true)) {
                secured.setUseClientMode(false);
                plain.show(secured);
            }
        };
    }

    private static Sample first(URI url, Pace pace) {
        return record(url, pace, 1).answers().get(0);
    }

    private static Sample first(URI url) {
        return record(url, 1).answers().get(0);
    }

    private static Recording record(URI url, int answers) {
        return record(url, Pace.DEFAULT, answers);
    }

    private static Recording record(URI url, Pace pace, int answers) {
        var left = new AtomicInteger(answers);
        var probing = Prober.start(url, Statuses.DEFAULT, pace, answer -> left.decrementAndGet());
        assertThat(probing.await(answer -> left.get() <= 0, PATIENCE)).isTrue();
        return probing.stop();
    }

    private static Duration took(Sample answer) {
        return Duration.ofNanos(answer.answered() - answer.sent());
    }

    private void serve() {
        while (true) {
            try {
                var socket = listening.accept();
                open.add(socket);
                connections.incrementAndGet();
                page.show(socket);
            } catch (IOException e) {
                if (listening.isClosed()) {
                    return;
                }
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void answer(Socket socket, String text) throws IOException {
        socket.getInputStream().read(new byte[1000]);
        socket.getOutputStream().write(text.getBytes(US_ASCII));
        socket.close();
    }

    private interface Page {
        void show(Socket socket) throws IOException;
    }
}
