package io.enifailover.cdk.server;

import static io.enifailover.cdk.server.Surroundings.INSTANCE_ID;
import static io.enifailover.cdk.server.Surroundings.KEY;
import static io.enifailover.cdk.server.Surroundings.SECRET;
import static io.enifailover.cdk.server.Surroundings.SESSION;
import static io.enifailover.cdk.server.Surroundings.servedBy;
import static io.enifailover.cdk.server.Surroundings.silent;
import static io.enifailover.cdk.server.Surroundings.silentUntil;
import static io.enifailover.cdk.server.Surroundings.status;
import static io.enifailover.cdk.server.Surroundings.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.enifailover.cdk.server.Surroundings.Behaviour;
import io.enifailover.cdk.server.Surroundings.Party;
import io.enifailover.cdk.server.Surroundings.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/** Runs the real script by the real shell, with the real curl; only {@code ip} is a stand-in. */
@EnabledOnOs(OS.LINUX)
class WatchTest {
    private static final Path SCRIPT = Path.of("src/main/resources/io/enifailover/cdk/server/failover-watch.sh");

    @TempDir
    Path root;

    private final List<String> journal = new CopyOnWriteArrayList<>();
    private final Map<String, String> settings = new HashMap<>();
    private Surroundings surroundings;
    private final List<Process> watches = new ArrayList<>();

    @BeforeEach
    void surround() throws IOException {
        surroundings = new Surroundings();
        settings.putAll(surroundings.settings());
        install("ip", "echo \"$*\" >>'" + root.resolve("ip-calls") + "'\ncat '" + root.resolve("held") + "'\n");
        install("systemctl", """
                case $* in
                'show --value --property=Wants failover-active.target') echo 'other.service redis.service' ;;
                'is-failed --quiet redis.service') exit 0 ;;
                *) exit 1 ;;
                esac
                """);
        hold("");
        Files.createFile(root.resolve("ip-calls"));
    }

    @AfterEach
    void end() throws Exception {
        surroundings.close();
        for (var watch : watches) {
            // As a group: what has lost its parent is no descendant any more, and would go on for ever.
            run("kill", "-KILL", "--", "-" + watch.pid());
            watch.waitFor();
            await(() -> parts(watch).isEmpty());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"first-boot.sh", "failover-watch.sh", "failover-activation.sh", "health-check.sh"})
    void isCleanShell(String script) throws Exception {
        Tools.assumeInstalled("shellcheck");

        assertThat(new ProcessBuilder(
                                "shellcheck",
                                "--shell=sh",
                                "--external-sources",
                                SCRIPT.resolveSibling(script).toString())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void isSilentWhileTheAddressAnswers() throws Exception {
        start("sh");

        await(() -> to(Party.FLOATING).size() >= 10);
        assertThat(to(Party.OWN)).isEmpty();
        assertThat(to(Party.LAMBDA)).isEmpty();
        assertThat(journal).containsExactly("10.0.0.25 answers");
    }

    @Test
    void doesNothingWhileTheAddressIsItsOwn() throws Exception {
        surroundings.floating = status(500);
        hold("2: ens6    inet 10.0.0.25/24 scope global ens6");
        start("sh");

        awaitRounds(10);
        assertThat(ipCalls()).containsOnly("-4 -o address show to 10.0.0.25");
        assertThat(to(Party.FLOATING)).isEmpty();
        assertThat(to(Party.LAMBDA)).isEmpty();
        assertThat(journal).containsExactly("10.0.0.25 is mine");
    }

    /** Amazon Linux's sh is bash. */
    @ParameterizedTest
    @ValueSource(strings = {"sh", "bash --posix"})
    void reportsAfterThreeFailuresInARowAndNotAfterTwo(String shell) throws Exception {
        surroundings.floating = inTurn(200, 500, 500, 200, 500, 500, 500);
        var begin = Instant.now();
        start(shell);

        var report = "\\{\"type\":\"report\",\"observer\":\"" + INSTANCE_ID + "\",\"failures\":" + firstReported()
                + ",\"failure\":\"wrong\",\"failingFor\":\\d+\\.\\d\\d,\"clock\":(\\d+)}";
        // A process of its own sends each report, so a later one may arrive first.
        await(() -> to(Party.LAMBDA).stream().anyMatch(request -> request.body().matches(report)));
        var body = to(Party.LAMBDA).stream()
                .map(Request::body)
                .filter(text -> text.matches(report))
                .findFirst()
                .orElseThrow();
        assertThat(surroundings.requests().stream()
                        .map(Request::party)
                        .filter(party -> party == Party.FLOATING || party == Party.OWN)
                        .takeWhile(party -> party == Party.FLOATING))
                .hasSize(7);
        assertThat(Instant.ofEpochSecond(Long.parseLong(body.replaceAll(report, "$1"))))
                .isBetween(begin.truncatedTo(ChronoUnit.SECONDS), Instant.now());
    }

    /** So that an outage is noticed long before the next calm probe would be due. */
    @Test
    void probesFastOnceAProbeHasFailed() throws Exception {
        noteSleeps();
        settings.put("INTERVAL", "600");
        settings.put("RETRY", "0.99");
        surroundings.floating = status(500);
        start("sh");

        await(() -> to(Party.FLOATING).size() >= 3 && !to(Party.OWN).isEmpty());
        assertThat(to(Party.FLOATING)).hasSize(3);
        await(() -> sleeps().size() >= 3);
        assertThat(sleeps()).containsExactlyInAnyOrder("600", "0.99", "600", "0.99", "600");
    }

    /** A probe that timed out has waited long enough. */
    @Test
    void probesAgainAtOnceAfterASilence() throws Exception {
        noteSleeps();
        settings.put("INTERVAL", "600");
        settings.put("TIMEOUT", "0.1");
        surroundings.floating = silent();
        start("sh");

        await(() -> to(Party.LAMBDA).size() >= 1 || !to(Party.OWN).isEmpty());
        assertThat(sleeps()).doesNotContain("0.01");
    }

    private void noteSleeps() throws IOException {
        Files.createFile(root.resolve("sleeps"));
        install("sleep", "echo \"$*\" >>'" + root.resolve("sleeps") + "'\nexec /bin/sleep \"$@\"\n");
    }

    private List<String> sleeps() {
        try {
            return Files.readAllLines(root.resolve("sleeps")).stream()
                    .filter(line -> !line.equals("60"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void saysForHowLongTheAddressHasFailed() throws Exception {
        settings.put("TIMEOUT", "0.2");
        surroundings.floating = silent();
        start("sh");

        await(() -> !to(Party.LAMBDA).isEmpty());
        assertThat(failingFor()).isGreaterThanOrEqualTo(0.58);
    }

    /** A connection that is accepted and not answered. */
    @Test
    void takesSlownessForAFailure() throws Exception {
        settings.put("TIMEOUT", "0.1");
        surroundings.floating = silent();
        start("sh");

        await(() -> !to(Party.LAMBDA).isEmpty());
        assertThat(to(Party.LAMBDA).get(0).body())
                .contains("\"failures\":" + firstReported())
                .contains("\"failure\":\"slow\"");
    }

    /** The kernel drops connections that do not fit into the queue any more. */
    @ParameterizedTest
    @ValueSource(strings = {"http://%s/healthz", "tcp://%s", "https://%s/healthz"})
    void givesUpSoonerWhereNothingComesBack(String health) throws Exception {
        settings.put("TIMEOUT", "0.4");
        settings.put("CONNECT_TIMEOUT", "0.1");
        try (var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var first = new Socket(full.getInetAddress(), full.getLocalPort());
                var second = new Socket(full.getInetAddress(), full.getLocalPort())) {
            assertThat(first.isConnected() && second.isConnected()).isTrue();
            settings.put("FLOATING_HEALTH", health.formatted("127.0.0.1:" + full.getLocalPort()));
            start("sh");

            await(() -> !to(Party.LAMBDA).isEmpty());
        }
        assertThat(to(Party.LAMBDA).get(0).body()).contains("\"failure\":\"silent\"");
        assertThat(failingFor() >= 3 * 0.38)
                .as("failing for %s: a handshake of TLS gets the whole time", failingFor())
                .isEqualTo(health.startsWith("https:"));
    }

    private double failingFor() {
        return Double.parseDouble(to(Party.LAMBDA).get(0).body().replaceAll(".*\"failingFor\":([0-9.]+).*", "$1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://%s/healthz", "tcp://%s"})
    void saysThatTheConnectionWasRefused(String health) throws Exception {
        int free;
        try (var socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        settings.put("FLOATING_HEALTH", health.formatted("127.0.0.1:" + free));
        start("sh");

        await(() -> !to(Party.LAMBDA).isEmpty());
        assertThat(to(Party.LAMBDA).get(0).body()).contains("\"failure\":\"refused\"");
    }

    @Test
    void saysThatTheConnectionWasReset() throws Exception {
        try (var resetting = new ServerSocket(0)) {
            var thread = new Thread(() -> resetAll(resetting));
            thread.setDaemon(true);
            thread.start();
            settings.put("FLOATING_HEALTH", "http://127.0.0.1:" + resetting.getLocalPort() + "/healthz");
            start("sh");

            await(() -> !to(Party.LAMBDA).isEmpty());
            assertThat(to(Party.LAMBDA).get(0).body()).contains("\"failure\":\"reset\"");
        }
    }

    private static void resetAll(ServerSocket listening) {
        while (!listening.isClosed()) {
            try (var client = listening.accept()) {
                client.setSoLinger(true, 0);
                // Otherwise curl may learn of it before it takes itself for connected.
                assertThat(client.getInputStream().read()).isNotNegative();
            } catch (IOException e) {
                return;
            }
        }
    }

    /** On a busy machine the first report waits for credentials, and gives way to the next one. */
    private String firstReported() {
        return journal.contains("no credentials yet: the report waits")
                ? to(Party.LAMBDA).get(0).body().replaceAll(".*\"failures\":(\\d+).*", "$1")
                : "3";
    }

    @Test
    void reportsAsAnEventThatTheRoleHasSigned() throws Exception {
        surroundings.floating = status(500);
        start("sh");

        await(() -> !to(Party.LAMBDA).isEmpty());
        var report = to(Party.LAMBDA).get(0);
        assertThat(report.method()).isEqualTo("POST");
        assertThat(report.uri()).hasToString("/2015-03-31/functions/pair-controller_1/invocations?Qualifier=live");
        assertThat(report.headers())
                .containsEntry("x-amz-invocation-type", "Event")
                .containsEntry("x-amz-security-token", token(1));
        assertThat(report.headers().get("authorization"))
                .contains("Credential=" + KEY + "/", "/us-east-1/lambda/aws4_request, ")
                .containsPattern("SignedHeaders=[a-z-;]*host;x-amz-date;x-amz-invocation-type;x-amz-security-token");
        assertThat(isSigned(report, SECRET)).isTrue();
        assertThat(isSigned(report, SECRET + "x")).isFalse();
    }

    /** What the test above rests on. */
    @Test
    void checksASignatureAsAwsMakesIt() throws Exception {
        var body = "{\"type\":\"report\"}";
        var signed = AwsV4HttpSigner.create()
                .sign(it -> it.identity(AwsSessionCredentialsIdentity.create(KEY, SECRET, token(1)))
                        .request(SdkHttpFullRequest.builder()
                                .method(SdkHttpMethod.POST)
                                .protocol("https")
                                .host("lambda.us-east-1.amazonaws.com")
                                .encodedPath("/2015-03-31/functions/pair-controller_1/invocations")
                                .putRawQueryParameter("Qualifier", "live")
                                .putHeader("X-Amz-Invocation-Type", "Event")
                                .build())
                        .payload(ContentStreamProvider.fromUtf8String(body))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "lambda")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1"))
                .request();
        var headers = signed.headers().entrySet().stream()
                .collect(Collectors.toMap(
                        header -> header.getKey().toLowerCase(Locale.ROOT),
                        header -> String.join(",", header.getValue())));

        assertThat(AwsSignature.isValid("POST", signed.getUri(), headers, body, SECRET))
                .isTrue();
        assertThat(AwsSignature.isValid("POST", signed.getUri(), headers, body + " ", SECRET))
                .isFalse();
    }

    @Test
    void goesOnReportingWithPausesUntilTheAddressAnswers() throws Exception {
        settings.putAll(Map.of("INTERVAL", "0.01", "PAUSE", "2"));
        start("sh");
        // Without credentials the first reports would wait, and only the last of them be sent.
        await(() -> to(Party.METADATA).size() >= 3);
        awaitNext(Party.FLOATING, 5);
        surroundings.floating = status(500);

        await(() -> to(Party.LAMBDA).size() >= 7);
        surroundings.floating = status(200);
        awaitNext(Party.FLOATING, 2);
        var reports = to(Party.LAMBDA).size();
        awaitNext(Party.FLOATING, 20);

        // Each report has a process of its own: on a busy machine one may arrive before the one that was sent earlier.
        assertThat(failuresReported().subList(0, 7)).containsExactlyInAnyOrder(3, 5, 9, 13, 17, 21, 25);
        assertThat(to(Party.LAMBDA)).hasSize(reports);

        surroundings.floating = status(500);
        await(() -> to(Party.LAMBDA).size() >= reports + 2);
        assertThat(failuresReported().subList(reports, reports + 2)).containsExactlyInAnyOrder(3, 5);
    }

    @Test
    void stopsReportingWhenItHoldsTheAddress() throws Exception {
        surroundings.floating = status(500);
        start("sh");

        await(() -> to(Party.LAMBDA).size() >= 2);
        hold("2: ens6    inet 10.0.0.25/24 scope global ens6");
        await(() -> journal.contains("10.0.0.25 is mine"));
        awaitRounds(4);
        var reports = to(Party.LAMBDA).size();
        awaitRounds(8);
        assertThat(to(Party.LAMBDA)).hasSize(reports);
    }

    @ParameterizedTest
    @CsvSource({"500, ''", "200, i-0fedcba9876543210"})
    void doesNotReportWhileItsOwnServiceIsSick(int status, String servedBy) throws Exception {
        surroundings.floating = status(500);
        surroundings.own = status == 200 ? servedBy(servedBy) : status(status);
        start("sh");

        await(() -> to(Party.OWN).size() >= 8);
        assertThat(to(Party.LAMBDA)).isEmpty();
        assertThat(journal).containsExactly("10.0.0.25 does not answer, but neither does my own service");

        surroundings.own = servedBy(INSTANCE_ID);
        await(() -> !to(Party.LAMBDA).isEmpty());
        assertThat(failuresReported().get(0)).isGreaterThanOrEqualTo(11);
    }

    @Test
    void saysEachChangeOfMindOnceAndHowEachReportWent() throws Exception {
        start("sh");
        await(() -> journal.size() >= 1);

        var answers = new AtomicInteger();
        surroundings.lambda =
                exchange -> status(answers.incrementAndGet() <= 2 ? 429 : 202).answer(exchange);
        surroundings.floating = status(500);
        await(() -> to(Party.LAMBDA).size() >= 4);
        surroundings.floating = status(200);
        awaitNext(Party.FLOATING, 2);
        hold("2: ens6    inet 10.0.0.25/24 scope global ens6");
        await(() -> journal.contains("10.0.0.25 is mine"));

        assertThat(journal)
                .filteredOn(line -> line.startsWith("10.0.0.25 "))
                .containsExactly(
                        "10.0.0.25 answers",
                        "10.0.0.25 does not answer: reporting",
                        "10.0.0.25 answers",
                        "10.0.0.25 is mine");
        assertThat(journal)
                .contains("the controller has the report")
                .filteredOn("the controller did not take the report: HTTP 429, curl 0"::equals)
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sh", "bash --posix"})
    void sendsTheNextReportWhileTheControllerHasNotAnsweredTheLastOne(String shell) throws Exception {
        settings.put("CALL_TIMEOUT", "60");
        surroundings.lambda = silent();
        surroundings.floating = status(500);
        start(shell);

        await(() -> to(Party.LAMBDA).size() >= 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sh", "bash --posix"})
    void sendsNoReportOnceTheAddressAnswersThoughTheControllerWasSilentUntilThen(String shell) throws Exception {
        var late = new CountDownLatch(1);
        surroundings.lambda = silentUntil(late);
        start(shell);
        await(() -> surroundings.credentials() >= 1);
        awaitNext(Party.FLOATING, 2);
        surroundings.floating = status(500);
        // Asked before each report.
        await(() -> to(Party.OWN).size() >= 4);

        surroundings.floating = status(200);
        awaitNext(Party.FLOATING, 5);
        // On a busy machine a report arrives late; one that waits for the answer to another never arrives.
        await(() -> to(Party.LAMBDA).size() == to(Party.OWN).size());
        var reports = to(Party.LAMBDA).size();
        late.countDown();
        awaitNext(Party.FLOATING, 10);
        assertThat(to(Party.LAMBDA)).hasSize(reports);
    }

    /** Nothing listens at a port that was free, and something does at that of the surroundings. */
    @Test
    void checksAPortThatIsNoHttp() throws Exception {
        surroundings.own = silent();
        var port = URI.create(settings.get("OWN_HEALTH")).getPort();
        settings.put("OWN_HEALTH", "tcp://127.0.0.1:" + port);
        int free;
        try (var socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        settings.put("FLOATING_HEALTH", "tcp://127.0.0.1:" + free);
        start("sh");

        await(() -> to(Party.LAMBDA).size() >= 1);

        settings.put("FLOATING_HEALTH", "tcp://127.0.0.1:" + port);
        start("sh");
        await(() -> journal.contains("10.0.0.25 answers"));
    }

    /** Its service runs on the active server only. */
    @Test
    void reportsWithoutAServiceOfItsOwnIfNoneIsChecked() throws Exception {
        surroundings.own = status(503);
        surroundings.floating = status(503);
        settings.put("OWN_HEALTH", "none");
        start("sh");

        await(() -> to(Party.LAMBDA).size() >= 1);
        assertThat(to(Party.OWN)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"204, 200-299, true", "302, 200-399, true", "302, 200-299, false", "500, 200-399, false"})
    void takesTheStatusesAskedForAsAnswers(int status, String statuses, boolean answers) throws Exception {
        surroundings.floating = status(status);
        settings.put("FLOATING_STATUSES", statuses);
        start("sh");

        await(() -> answers
                ? journal.contains("10.0.0.25 answers")
                : !to(Party.LAMBDA).isEmpty());
    }

    /** Other software uses the header for names of its own. */
    @Test
    void ignoresAHeaderThatNamesNoInstance() throws Exception {
        surroundings.own = servedBy("cache-lhr7231-LHR");
        surroundings.floating = status(503);
        start("sh");

        await(() -> !to(Party.LAMBDA).isEmpty());
    }

    @Test
    void givesUpOnItsOwnServiceWhenThatIsSilent() throws Exception {
        settings.put("TIMEOUT", "0.1");
        surroundings.floating = status(500);
        surroundings.own = silent();
        start("sh");

        await(() -> to(Party.OWN).size() >= 3);
        assertThat(to(Party.LAMBDA)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "GET"})
    void asksTheMetadataServiceAgainWhenItIsSilent(String method) throws Exception {
        settings.put("CALL_TIMEOUT", "0.2");
        surroundings.metadata = exchange -> {
            if (exchange.getRequestMethod().equals(method)) {
                silent().answer(exchange);
            }
        };
        start("sh");

        await(() -> to(Party.METADATA).stream()
                        .filter(request -> request.method().equals(method))
                        .count()
                >= 3);
    }

    @Test
    void givesUpOnTheControllerWhenThatIsSilent() throws Exception {
        settings.put("CALL_TIMEOUT", "0.2");
        surroundings.lambda = silent();
        surroundings.floating = status(500);
        start("sh");

        await(() -> journal.contains("the controller did not take the report: HTTP 000, curl 28"));
    }

    /** From the watch's last question to the request on the wire; the number is printed, the order is the promise. */
    @Test
    void turnsItsDecisionIntoARequestWithoutAskingForCredentials() throws Exception {
        start("sh");
        await(() -> surroundings.credentials() >= 1 && !to(Party.FLOATING).isEmpty());

        surroundings.floating = status(500);
        await(() -> !to(Party.LAMBDA).isEmpty());
        var decided = to(Party.OWN).get(0).nanos();
        var requested = to(Party.LAMBDA).get(0).nanos();

        assertThat(to(Party.METADATA)).hasSize(3).allMatch(request -> request.nanos() < decided);
        System.out.printf("decision to request: %d ms%n", TimeUnit.NANOSECONDS.toMillis(requested - decided));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void reportsAsSoonAsALateMetadataServiceAnswers(boolean hangs) throws Exception {
        var late = new CountDownLatch(1);
        surroundings.metadata = hangs ? silentUntil(late) : status(503);
        surroundings.floating = status(500);
        start("sh");

        await(() -> journal.contains("no credentials yet: the report waits"));
        awaitNext(Party.FLOATING, 5);
        assertThat(to(Party.LAMBDA)).isEmpty();

        late.countDown();
        surroundings.metadata = status(0);
        await(() -> !to(Party.LAMBDA).isEmpty());
        assertThat(isSigned(to(Party.LAMBDA).get(0), SECRET)).isTrue();
    }

    @Test
    void forgetsAReportThatWaitsOnceTheAddressAnswers() throws Exception {
        surroundings.metadata = status(503);
        surroundings.floating = status(500);
        start("sh");

        await(() -> journal.contains("no credentials yet: the report waits"));
        surroundings.floating = status(200);
        await(() -> journal.contains("10.0.0.25 answers"));
        surroundings.metadata = status(0);
        await(() -> surroundings.credentials() >= 1);
        awaitNext(Party.FLOATING, 5);
        assertThat(to(Party.LAMBDA)).isEmpty();
    }

    @Test
    void renewsItsCredentialsWhileAllIsWell() throws Exception {
        settings.put("RENEWAL", "0.05");
        start("sh");

        await(() -> surroundings.credentials() >= 3);
        surroundings.floating = status(500);
        await(() -> !to(Party.LAMBDA).isEmpty());
        assertThat(to(Party.LAMBDA).get(0).headers().get("x-amz-security-token"))
                .isNotIn(token(1), token(2));
        assertThat(isSigned(to(Party.LAMBDA).get(0), SECRET)).isTrue();
    }

    @Test
    void keepsItsCredentialsWhenTheMetadataServiceFails() throws Exception {
        settings.put("RENEWAL", "0.05");
        start("sh");

        await(() -> surroundings.credentials() >= 1);
        surroundings.metadata = status(503);
        awaitNext(Party.METADATA, 5);
        surroundings.floating = status(500);
        await(() -> !to(Party.LAMBDA).isEmpty());
        assertThat(isSigned(to(Party.LAMBDA).get(0), SECRET)).isTrue();
    }

    @Test
    void showsNoSecretInTheProcessList() throws Exception {
        surroundings.lambda = silent();
        surroundings.floating = status(500);
        settings.put("RENEWAL", "0.01");
        start("sh");

        await(() -> to(Party.LAMBDA).size() >= 1);
        surroundings.metadata = silent();
        awaitNext(Party.METADATA, 1);
        var processes = commandLines();

        assertThat(processes).anyMatch(it -> it.startsWith("curl") && it.contains("/invocations"));
        assertThat(processes).noneMatch(it -> it.contains(SECRET) || it.contains("IQoJb3") || it.contains(SESSION));
    }

    @Test
    void showsNoMetadataSessionInTheProcessList() throws Exception {
        var inSession = silent();
        surroundings.metadata = exchange -> {
            if (exchange.getRequestMethod().equals("GET")) {
                inSession.answer(exchange);
            }
        };
        start("sh");

        await(() -> to(Party.METADATA).size() >= 2);
        var processes = commandLines();

        assertThat(processes).anyMatch(it -> it.startsWith("curl") && it.contains("/iam/security-credentials/"));
        assertThat(processes).noneMatch(it -> it.contains(SESSION));
    }

    /** A limit of no bytes to any file: a full disk, and a read-only one. */
    @ParameterizedTest
    @ValueSource(strings = {"sh", "bash --posix"})
    void writesNoFile(String shell) throws Exception {
        settings.put("TMPDIR", "/proc/self");
        // The stand-in writes one.
        Files.writeString(root.resolve("ip"), "#!/bin/sh\n");
        surroundings.floating = status(500);
        start("sh -c", "ulimit -f 0; exec " + shell + " " + SCRIPT.toAbsolutePath());

        await(() -> to(Party.LAMBDA).size() >= 3);
        assertThat(isSigned(to(Party.LAMBDA).get(0), SECRET)).isTrue();
    }

    /** Each pause passes while its probe waits for an answer, and no other pause follows. */
    @Test
    void keepsItsPaceWhenProbesAreSlow() throws Exception {
        settings.putAll(Map.of("INTERVAL", "0.2", "TIMEOUT", "60"));
        install("sleep", "echo \"$1\" >>'" + root.resolve("pauses") + "'\nexec /usr/bin/sleep \"$1\"\n");
        var late = new CountDownLatch(1);
        surroundings.floating = silentUntil(late);
        start("sh");

        await(() -> to(Party.FLOATING).size() == 1 && lines("pauses", "0.2") == 1);

        surroundings.floating = silent();
        late.countDown();
        await(() -> to(Party.FLOATING).size() == 2 && lines("pauses", "0.2") == 2);
    }

    /** systemd ignores SIGPIPE for its services. */
    @ParameterizedTest
    @ValueSource(strings = {"sh", "bash --posix"})
    void endsWhenTheProcessThatSendsItsReportsIsGone(String shell) throws Exception {
        var watch = start("sh -c", "trap '' PIPE; exec " + shell + " " + SCRIPT.toAbsolutePath());
        await(() -> !to(Party.HEARTBEAT).isEmpty());
        awaitNext(Party.FLOATING, 4);

        watch.children()
                .filter(part -> !part.equals(prober(watch)))
                .findAny()
                .orElseThrow()
                .destroyForcibly();

        assertThat(watch.waitFor(10, TimeUnit.SECONDS)).isTrue();
        await(() -> parts(watch).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sh", "bash --posix"})
    void endsWhenTheProcessThatProbesIsGone(String shell) throws Exception {
        var watch = start(shell);
        await(() -> !to(Party.HEARTBEAT).isEmpty());

        prober(watch).destroyForcibly();

        assertThat(watch.waitFor(10, TimeUnit.SECONDS)).isTrue();
        await(() -> parts(watch).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sh", "bash --posix"})
    void goesOnRenewingItsCredentialsWhenTheProcessThatDoesSoIsKilled(String shell) throws Exception {
        var watch = start(shell);
        await(() -> !to(Party.HEARTBEAT).isEmpty());

        watch.descendants()
                .filter(part -> commandLine(part).equals("sleep 60 "))
                .forEach(ProcessHandle::destroyForcibly);

        await(() -> to(Party.HEARTBEAT).size() >= 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sh", "bash --posix"})
    void saysThatItIsThereWithEachRenewalOfItsCredentials(String shell) throws Exception {
        settings.put("RENEWAL", "0.1");
        settings.put(
                "ENA_VERSION",
                Files.writeString(root.resolve("ena"), "2.13.0g\n").toString());
        hold("2: ens6    inet 10.0.0.25/24 scope global ens6");
        start(shell);

        await(() -> to(Party.HEARTBEAT).size() >= 3);
        var heartbeat = to(Party.HEARTBEAT).get(0);
        assertThat(heartbeat.body())
                .matches(
                        "\\{\"type\":\"heartbeat\",\"observer\":\"" + INSTANCE_ID
                                + "\",\"userData\":\"1f2e3d4c5b6a\",\"clock\":\\d{10,},\"ena\":\"2.13.0g\",\"failedUnits\":\"redis.service\"}");
        assertThat(heartbeat.uri()).hasToString("/2015-03-31/functions/pair-controller_1/invocations?Qualifier=live");
        assertThat(heartbeat.headers()).containsEntry("x-amz-invocation-type", "Event");
        assertThat(isSigned(heartbeat, SECRET)).isTrue();
        assertThat(journal).containsExactly("10.0.0.25 is mine");
    }

    @Test
    void saysNothingOfADriverThatItDoesNotHave() throws Exception {
        settings.put("ENA_VERSION", root.resolve("none").toString());
        start("sh");

        await(() -> !to(Party.HEARTBEAT).isEmpty());
        assertThat(to(Party.HEARTBEAT).get(0).body()).contains("\"ena\":\"\"");
    }

    @Test
    void reportsWhileAHeartbeatIsNotAnswered() throws Exception {
        surroundings.heartbeat = silent();
        start("sh");
        await(() -> !to(Party.HEARTBEAT).isEmpty());

        surroundings.floating = status(500);
        await(() -> to(Party.LAMBDA).size() >= 2);
        assertThat(journal).doesNotContain("the controller did not take the heartbeat: HTTP 000, curl 28");
    }

    @Test
    void saysThatTheControllerDidNotTakeItsHeartbeat() throws Exception {
        surroundings.heartbeat = status(403);
        start("sh");

        await(() -> journal.contains("the controller did not take the heartbeat: HTTP 403, curl 0"));
    }

    private Process start(String shell, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of("setsid"));
        command.addAll(List.of(shell.split(" ", -1)));
        command.addAll(arguments.length == 0 ? List.of(SCRIPT.toAbsolutePath().toString()) : List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(settings);
        builder.environment().put("PATH", root + ":" + System.getenv("PATH"));
        var watch = builder.start();
        watches.add(watch);
        var reader = new Thread(() -> read(watch));
        reader.setDaemon(true);
        reader.start();
        return watch;
    }

    /** The process that starts all the others; the one that sends has a child only while it sends. */
    private ProcessHandle prober(Process watch) {
        return watch.descendants()
                .filter(part -> commandLine(part).equals("sleep 60 "))
                .map(part -> part.parent().orElseThrow())
                .findAny()
                .orElseThrow();
    }

    /** The processes of a watch, whatever their parents are by now. */
    private static List<String> parts(Process watch) {
        return run(
                "pgrep",
                "-g",
                String.valueOf(watch.pid()),
                "-f",
                SCRIPT.getFileName().toString());
    }

    private static List<String> run(String... command) {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .start()
                    .inputReader()
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(Process watch) {
        try (var output = watch.inputReader()) {
            for (var line = output.readLine(); line != null; line = output.readLine()) {
                journal.add(line);
            }
        } catch (IOException e) {
            journal.add("the test has ended the watch");
        }
    }

    /** Puts these addresses on this machine, as far as the watch can tell. */
    private void hold(String addresses) throws IOException {
        Files.writeString(root.resolve("held"), addresses);
    }

    private List<String> ipCalls() {
        try {
            return Files.readAllLines(root.resolve("ip-calls"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<Request> to(Party party) {
        return surroundings.requestsTo(party);
    }

    private List<Integer> failuresReported() {
        return to(Party.LAMBDA).stream()
                .map(report -> Integer.valueOf(report.body().replaceAll(".*\"failures\":(\\d+),.*", "$1")))
                .toList();
    }

    private static boolean isSigned(Request request, String secret) throws Exception {
        return AwsSignature.isValid(request.method(), request.uri(), request.headers(), request.body(), secret);
    }

    /** Answers with these statuses one after the other, and then with the last one for ever. */
    private static Behaviour inTurn(Integer... statuses) {
        var next = new AtomicInteger();
        return exchange -> status(statuses[Math.min(next.getAndIncrement(), statuses.length - 1)])
                .answer(exchange);
    }

    /** Puts a command of this name before the machine's own. */
    private void install(String name, String script) throws IOException {
        var command = Files.writeString(root.resolve(name), "#!/bin/sh\n" + script);
        assertThat(command.toFile().setExecutable(true)).isTrue();
    }

    /** How often a file, which may not exist yet, has this line. */
    private long lines(String file, String line) {
        try {
            return Files.exists(root.resolve(file))
                    ? Files.readAllLines(root.resolve(file)).stream()
                            .filter(line::equals)
                            .count()
                    : 0;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The command lines of the watch and of everything that it has started, as everyone on the machine sees them. */
    private List<String> commandLines() {
        return watches.stream()
                .flatMap(Process::descendants)
                .map(WatchTest::commandLine)
                .toList();
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(process.pid()), "cmdline"))
                    .replace('\0', ' ');
        } catch (IOException e) {
            return "";
        }
    }

    private void awaitRounds(int rounds) throws InterruptedException {
        var seen = ipCalls().size();
        await(() -> ipCalls().size() >= seen + rounds);
    }

    private void awaitNext(Party party, int requests) throws InterruptedException {
        var seen = to(party).size();
        await(() -> to(party).size() >= seen + requests);
    }

    private void await(BooleanSupplier condition) throws InterruptedException {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as(
                            "journal: %s, requests: %s",
                            journal,
                            surroundings.requests().stream().map(Request::party).toList())
                    .isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
