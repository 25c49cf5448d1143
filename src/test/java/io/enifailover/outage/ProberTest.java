package io.enifailover.outage;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProberTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String SERVED = "HTTP/1.1 200 OK\r\nx-served-by: i-0a\r\nContent-Length: 3\r\n\r\nok\n";

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
            assertThat(answer.servedBy()).isEqualTo("i-0a");
            assertThat(answer.good()).isTrue();
            assertThat(answer.took()).isPositive();
        });
    }

    @Test
    void takesForAServerOnlyWhatCanBeTheNameOfOne() {
        for (var name : List.of("\u001b]0;x\u0007", "i-0a\u001b[2J", "x".repeat(5_000))) {
            page = socket -> answer(socket, SERVED.replace("i-0a", name));

            assertThat(first(url()).servedBy()).isNull();
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
                    assertThat(answer.took()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
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

        var probing = Prober.start(url(), pace, answer -> {
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

        assertThat(first(url()).result()).isEqualTo("503");
    }

    @Test
    void readsAnAnswerThatComesInPieces() {
        page = socket -> {
            socket.setTcpNoDelay(true);
            for (var letter : "HTTP/1.1 200 OK\r\nX-Ser".getBytes(US_ASCII)) {
                socket.getOutputStream().write(letter);
            }
            answer(socket, "ved-By: i-0b\r\n\r\n");
        };

        assertThat(first(url()).servedBy()).isEqualTo("i-0b");
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
        // Not the socket of the other tests: a connection that comes while it is closed may still be accepted.
        var unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        unused.close();

        assertThat(first(URI.create("http://127.0.0.1:" + unused.getLocalPort()))
                        .result())
                .isEqualTo("refused");
    }

    @Test
    void notesThatThereIsNoWay() {
        assertThat(Probe.kind(new IOException("No route to host"))).isEqualTo("unreachable");
        assertThat(Probe.kind(new IOException("Network is unreachable"))).isEqualTo("unreachable");
    }

    @Test
    void endsWithAnAnswerForEachProbe() {
        page = socket -> {};
        var probing = Prober.start(url(), new Pace(Duration.ofMillis(20), Duration.ofMillis(200)));
        assertThat(probing.await(answer -> true, PATIENCE)).isTrue();

        var recording = probing.stop();

        assertThat(recording.answers()).hasSizeGreaterThanOrEqualTo(connections.get());
        assertThat(recording).isEqualTo(probing.soFar());
    }

    @Test
    void stopsWaitingWhenTheProbesHaveEnded() {
        var probing = Prober.start(url(), Pace.DEFAULT);
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
            assertThat(answer.servedBy()).isEqualTo("i-0a");
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
        assertThatThrownBy(() -> Prober.start(URI.create("https://127.0.0.1/"), Pace.DEFAULT))
                .hasMessage("url must be a plain http URL, got https://127.0.0.1/");
        assertThatThrownBy(() -> new Pace(Duration.ZERO, PATIENCE)).hasMessage("every must be at least 1 ms, got PT0S");
        assertThatThrownBy(() -> new Pace(PATIENCE, Duration.ofSeconds(1)))
                .hasMessage("patience must be at least PT20S, got PT1S");
    }

    @Test
    void losesNothingOnTheWayBetweenProcesses() {
        assertThat(List.of(
                        new Sample(1, 2, "200", "i-0a"),
                        new Sample(3, 1_000_000_003, "timeout", null),
                        new Sample(5, 6, "503", "?"),
                        new Sample(7, 8, "200", "a b\n%")))
                .allSatisfy(answer ->
                        assertThat(SampleLines.answer(SampleLines.of(answer))).isEqualTo(answer));
    }

    private URI url() {
        return URI.create("http://127.0.0.1:" + listening.getLocalPort() + "/healthz");
    }

    private static Sample first(URI url) {
        return record(url, 1).answers().get(0);
    }

    private static Recording record(URI url, int answers) {
        var left = new AtomicInteger(answers);
        var probing = Prober.start(url, Pace.DEFAULT, answer -> left.decrementAndGet());
        assertThat(probing.await(answer -> left.get() <= 0, PATIENCE)).isTrue();
        return probing.stop();
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
