package io.enifailover.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.enifailover.cli.Session.Waits;
import io.enifailover.cli.Terminal.Size;
import io.enifailover.protocol.HealthCheck.Statuses;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real clients of AWS against an endpoint that is not AWS. */
class AwsTest {
    private static final String STACKS = """
            <DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
              <DescribeStacksResult><Stacks><member>
                <StackName>EniFailover</StackName>
                <StackStatus>CREATE_COMPLETE</StackStatus>
                <CreationTime>2026-11-22T03:00:00Z</CreationTime>
                <Tags><member><Key>Application</Key><Value>eni-failover</Value></member></Tags>
                <Outputs>
                  <member><OutputKey>InterfaceId</OutputKey><OutputValue>eni-0123</OutputValue></member>
                  <member><OutputKey>FunctionName</OutputKey><OutputValue>controller</OutputValue></member>
                  <member><OutputKey>LogGroupName</OutputKey><OutputValue>/controller</OutputValue></member>
                </Outputs>
              </member></Stacks></DescribeStacksResult>
            </DescribeStacksResponse>""";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private Answer stacks = exchange -> send(exchange, 200, STACKS);
    private Answer others = exchange -> send(exchange, 200, "{}");

    private interface Answer {
        void to(HttpExchange exchange) throws IOException, InterruptedException;
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
                (body.contains("Action=DescribeStacks") ? stacks : others).to(exchange);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
        properties().forEach(System::setProperty);
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
        properties().keySet().forEach(System::clearProperty);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    502 | <html><body>Bad Gateway</body></html>
                    403 | <html><body>Forbidden by the proxy</body></html>
                    200 | <html><body>Sign in</body></html>
                    200 | garbage
                    200 | {}
                    500 | ''
                    """)
    void saysInOneLineThatAnAnswerIsNotThatOfAws(int status, String body) {
        Answer strange = exchange -> send(exchange, status, body);
        others = strange;
        assertFailsInOneLine("status");
        if (!body.equals("{}")) {
            // Which is a log without lines.
            assertFailsInOneLine("logs");
        }
        stacks = strange;
        assertFailsInOneLine("status");
    }

    @Test
    void namesTheStatusOfAnAnswerWithoutAReason() {
        stacks = exchange -> send(exchange, 403, "<html></html>");

        assertThat(gives("status", Duration.ofSeconds(12))).isEqualTo(1);

        assertThat(err.toString(UTF_8))
                .isEqualTo(
                        "failover: AWS answers with HTTP 403 and without a reason: check AWS_ENDPOINT_URL, and whether"
                                + " a proxy is in between\n");
    }

    @Timeout(60)
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void givesUpWhenNobodyAnswers(boolean fromTheBeginning) {
        Answer silence = exchange -> end.await();
        if (fromTheBeginning) {
            stacks = silence;
        }
        others = silence;

        assertThat(gives("status", Duration.ofSeconds(3))).isEqualTo(1);

        assertThat(err.toString(UTF_8))
                .isEqualTo("failover: AWS does not answer in time: check the network, --region and AWS_ENDPOINT_URL\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    3 | 3 | names no SERVICE_UNITS
                    1 | 1 | the command on i-0a ended as Failed: names no SERVICE_UNITS
                    """)
    void refusesWhatAScriptRefuses(int responseCode, int code, String message) {
        others = exchange -> send(
                exchange,
                200,
                exchange.getRequestHeaders().getFirst("X-Amz-Target").endsWith("SendCommand")
                        ? "{\"Command\": {\"CommandId\": \"c\"}}"
                        : "{\"Status\": \"Failed\", \"StatusDetails\": \"Failed\", \"ResponseCode\": %d,"
                                        .formatted(responseCode)
                                + " \"StandardErrorContent\": \"names no SERVICE_UNITS\\n\"}");
        var aws = new Aws(new Options(), pause -> true);

        assertThatThrownBy(() -> aws.run("i-0a", "exit"))
                .isInstanceOfSatisfying(
                        CommandFailed.class, failed -> assertThat(failed.code()).isEqualTo(code))
                .hasMessage(message);
    }

    @Test
    void saysWhatItCannotProbe() {
        var aws = new Aws(new Options(), pause -> true);

        assertThatThrownBy(() -> aws.probe(URI.create("ftp://127.0.0.1/"), Statuses.DEFAULT))
                .isInstanceOf(CommandFailed.class)
                .hasMessage("url must be http://HOST/PATH, https://HOST/PATH or tcp://HOST:PORT, got ftp://127.0.0.1/");
    }

    @Test
    void readsTheNameOfTheServiceAndItsCheckIfTheStackTells() {
        var silent = new Aws(new Options(), pause -> true).find(null);
        assertThat(silent.serviceName()).isNull();
        assertThat(silent.healthCheck()).isNull();
        stacks = exchange -> send(exchange, 200, STACKS.replace("</Outputs>", """
                        <member><OutputKey>ServiceName</OutputKey><OutputValue>my app</OutputValue></member>
                        <member><OutputKey>HealthUrl</OutputKey><OutputValue>http://192.0.2.1/up</OutputValue></member>
                        <member><OutputKey>HealthCheck</OutputKey><OutputValue>http:80/up=200-204</OutputValue></member>
                        </Outputs>"""));

        var telling = new Aws(new Options(), pause -> true).find(null);
        assertThat(telling.serviceName()).isEqualTo("my app");
        assertThat(telling.healthUrl()).isEqualTo("http://192.0.2.1/up");
        assertThat(telling.healthCheck()).isEqualTo("http:80/up=200-204");
    }

    private void assertFailsInOneLine(String command) {
        err.reset();
        assertThat(gives(command, Duration.ofSeconds(12))).isEqualTo(1);
        assertThat(err.toString(UTF_8).lines())
                .singleElement()
                .asString()
                .startsWith("failover: ")
                .doesNotContain("null", "unexpected")
                .hasSizeLessThan(1_000);
    }

    private int gives(String command, Duration patience) {
        var terminal = new Terminal(
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8),
                false,
                false,
                () -> new Size(24, 80),
                question -> "");
        var waits = new Waits(InstantSource.system(), pause -> false);
        return Failover.commandLine(terminal, options -> new Aws(options, waits.pause(), patience), waits)
                .execute(command);
    }

    private Map<String, String> properties() {
        return Map.of(
                "aws.endpointUrl", "http://127.0.0.1:" + server.getAddress().getPort(),
                "aws.region", "us-east-1",
                "aws.accessKeyId", "AKIAEXAMPLE",
                "aws.secretAccessKey", "example");
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        var bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
