package io.enifailover.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.enifailover.simulation.ScriptedEc2;
import io.enifailover.simulation.VirtualTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.RequestOverrideConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;

class FirstReadTest {
    private final VirtualTime time = new VirtualTime();
    private final List<Optional<Duration>> limits = new ArrayList<>();
    private boolean fails;
    private final PairRecord record = new DynamoDbRecord(new Noting(), "table", "eni-1", new FirstRead(time));

    @Test
    void givesTheFirstReadMoreTimeAndTheNextOnesNot() {
        record.read();
        time.sleep(Duration.ofMinutes(1));
        record.read();
        time.sleep(Duration.ofMinutes(1));
        record.read();

        assertThat(limits).containsExactly(Optional.of(FirstRead.LIMIT), Optional.empty(), Optional.empty());
    }

    @Test
    void givesTheFirstReadAfterARestoreMoreTime() {
        record.read();
        time.sleep(Duration.ofHours(9));
        record.read();

        assertThat(limits).containsExactly(Optional.of(FirstRead.LIMIT), Optional.of(FirstRead.LIMIT));
    }

    @Test
    void doesNotWaitLongAgainForATableThatIsDown() {
        fails = true;

        assertThatThrownBy(record::read).isInstanceOf(RecordUnavailable.class);
        assertThatThrownBy(record::read).isInstanceOf(RecordUnavailable.class);

        assertThat(limits).containsExactly(Optional.of(FirstRead.LIMIT), Optional.empty());
    }

    /** The limits of the client itself would end this read with "no record": 1 s for an attempt, 2 s in all. */
    @Test
    void readsWhereAnAnswerTakesLongerThanTheClientWouldWait() throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                var body = "{}".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        var slowToStart = DynamoDbRecord.client()
                .region(Region.US_EAST_1)
                .credentialsProvider(() -> {
                    // Before the request is sent, as the loading of classes is: the limits of the connection do not
                    // count.
                    Time.system().sleep(Duration.ofMillis(2500));
                    return AnonymousCredentialsProvider.create().resolveCredentials();
                })
                .endpointOverride(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
        try (var client = slowToStart.build()) {
            var cold = new DynamoDbRecord(client, "table", "eni-1", new FirstRead(Time.system()));

            assertThat(cold.read()).isEqualTo(PairRecord.PairState.EMPTY);
        } finally {
            server.stop(0);
        }
    }

    /** A table with nothing in it, which notes the limit of each read. */
    private final class Noting implements DynamoDbClient {
        @Override
        public GetItemResponse getItem(GetItemRequest request) {
            limits.add(request.overrideConfiguration().flatMap(RequestOverrideConfiguration::apiCallTimeout));
            assertThat(request.overrideConfiguration().flatMap(AwsRequestOverrideConfiguration::apiCallAttemptTimeout))
                    .isEqualTo(limits.get(limits.size() - 1));
            if (fails) {
                throw ScriptedEc2.noAnswer();
            }
            return GetItemResponse.builder().build();
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {}
    }
}
