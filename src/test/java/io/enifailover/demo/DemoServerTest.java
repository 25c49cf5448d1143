package io.enifailover.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.enifailover.outage.Recording;
import io.enifailover.outage.TimelineEvent;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DemoServerTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private Demo demo;
    private DemoServer server;

    @BeforeEach
    void start() throws Exception {
        demo = new Demo(DemoRun.of("1"), 100, new Fixed());
        server = new DemoServer(demo, 0);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"'', text/html; charset=utf-8", "demo.js, text/javascript", "demo.css, text/css"})
    void servesItsPage(String path, String type) throws Exception {
        var answer = client.send(
                HttpRequest.newBuilder(URI.create(server.url() + path)).build(), BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains(type);
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'self'");
    }

    @Test
    void tellsAPageWhatHappensAndDoesWhatItAsksFor() throws Exception {
        try (var frames = new BufferedReader(new InputStreamReader(
                URI.create(server.url() + "events").toURL().openStream(), StandardCharsets.UTF_8))) {
            assertThat(post("act", "{\"action\": \"stop\", \"server\": \"primary\"}")
                            .statusCode())
                    .isEqualTo(200);
            var answers = new StringBuilder();
            for (String line; (line = frames.readLine()) != null && answers.indexOf("-s") < 0; ) {
                if (line.startsWith("data: ")) {
                    var frame = new ObjectMapper().readTree(line.substring(6));
                    assertThat(frame.path("from").asInt()).isEqualTo(answers.length());
                    answers.append(frame.path("answers").asText());
                }
            }
            assertThat(answers.toString()).matches("p+-+s+[ps-]*");
        }
        assertThat(post("restart", "{\"run\": \"2\"}").statusCode()).isEqualTo(200);
        assertThat(demo.runs()).isEqualTo(2);
    }

    @Test
    void keepsItsSpeed() throws Exception {
        assertThat(post("speed", "{\"speed\": 10}").statusCode()).isEqualTo(200);

        assertThat(demo.speed()).isEqualTo(10);
        assertThat(demo.begun().speed()).isEqualTo(10);
    }

    @Test
    void servesAReport() throws Exception {
        assertThat(get("report.html").body()).startsWith("the report of 0 events");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "act | {\"action\": \"explode\"} | unknown action",
                "act | {\"action\": \"crash\", \"server\": \"third\"} | server must be primary or standby, got third",
                "act | nothing | request must be JSON",
                "speed | {\"speed\": 0} | speed must be 1 to 100, got 0",
                "restart | {\"run\": \"x\"} | run must be a number and steps, such as 7,5.2-crash-primary,30-heal, at most 4000 characters",
            })
    void refusesWhatItDoesNotKnow(String path, String body, String message) throws Exception {
        var answer = post(path, body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body().strip()).isEqualTo(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "report", "../pom.xml"})
    void hasNothingElse(String path) throws Exception {
        assertThat(get(path).statusCode()).isEqualTo(404);
    }

    /** A page of another site may send a request, with a type that needs no permission, or by a name of its own. */
    @Test
    void actsOnlyForItsOwnPage() throws Exception {
        var connection =
                (HttpURLConnection) URI.create(server.url() + "act").toURL().openConnection();
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "text/plain");
        connection.getOutputStream().write("{\"action\": \"heal\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(connection.getResponseCode()).isEqualTo(403);

        assertThat(raw("POST /act HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: https://example.com\r\n"))
                .contains(" 403 ");
        assertThat(raw("GET / HTTP/1.1\r\nHost: example.com:%d\r\n")).contains(" 403 ");
        assertThat(raw("GET / HTTP/1.1\r\nHost: localhost:%d\r\n")).contains(" 200 ");
    }

    @Test
    void listensOnTheLoopbackInterfaceOnly() {
        assertThat(server.url()).startsWith("http://127.0.0.1:");
    }

    private String raw(String head) throws Exception {
        var port = URI.create(server.url()).getPort();
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            var request = head.formatted(port)
                    + "Content-Type: application/json\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
        }
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(server.url() + path)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(server.url() + path))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static final class Fixed implements OperatorCommand {
        @Override
        public String run(Account account, String... words) {
            return words[0];
        }

        @Override
        public String report(
                Recording recording, List<TimelineEvent> events, Map<String, String> roles, String history) {
            return "the report of " + events.size() + " events";
        }
    }
}
