package io.enifailover.function;

import static io.enifailover.simulation.VirtualTime.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.enifailover.function.PairRecord.Lease;
import io.enifailover.protocol.Hold;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.dynamodb.services.local.main.ServerRunner;
import software.amazon.dynamodb.services.local.server.DynamoDBProxyServer;

/** Runs against DynamoDB Local, over the real wire protocol. */
class DynamoDbRecordTest extends PairRecordContract {
    private static final String TABLE = "pairs";
    private static final int THREADS = 16;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final List<String> operations = new CopyOnWriteArrayList<>();
    private static final List<SdkRequest> requests = new CopyOnWriteArrayList<>();
    private static int pairs;
    private static DynamoDBProxyServer server;
    private static DynamoDbClient client;

    private final String pairId = "eni-" + pairs++;

    @BeforeAll
    static void start() throws Exception {
        var port = freePort();
        server = ServerRunner.createServerFromCommandLineArgs(
                new String[] {"-inMemory", "-disableTelemetry", "-port", String.valueOf(port)});
        server.start();
        // The first request loads the server's classes, which takes longer than the record's own client waits.
        try (var patient = connected(DynamoDbClient.builder(), port).build()) {
            patient.createTable(t -> t.tableName(TABLE)
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .attributeDefinitions(string(DynamoDbRecord.PARTITION_KEY), string(DynamoDbRecord.SORT_KEY))
                    .keySchema(
                            key(DynamoDbRecord.PARTITION_KEY, KeyType.HASH),
                            key(DynamoDbRecord.SORT_KEY, KeyType.RANGE)));
            new DynamoDbRecord(patient, TABLE, "warm-up", new FirstRead(Time.system()))
                    .acquire("one", "none", START, DEADLINE);
        }
        // What the table does is tested with more patience than a failover has: this machine may be busy.
        var builder = connected(DynamoDbRecord.client(), port)
                .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(PATIENCE));
        client = builder.overrideConfiguration(builder.overrideConfiguration()
                        .copy(o -> o.apiCallAttemptTimeout(PATIENCE)
                                .apiCallTimeout(PATIENCE)
                                .addExecutionInterceptor(new ExecutionInterceptor() {
                                    @Override
                                    public void beforeExecution(
                                            Context.BeforeExecution context, ExecutionAttributes attributes) {
                                        operations.add(attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME));
                                        requests.add(context.request());
                                    }
                                })))
                .build();
    }

    @AfterAll
    static void stop() throws Exception {
        client.close();
        server.stop();
    }

    @Override
    PairRecord emptyRecord() {
        return new DynamoDbRecord(client, TABLE, pairId, new FirstRead(Time.system()));
    }

    @Test
    void keepsTwoPairsInOneTableApart() {
        var other = new DynamoDbRecord(client, TABLE, pairId + "-other", new FirstRead(Time.system()));
        pair.hold(new Hold(DEADLINE, "patching", "alice"));
        pair.append(move("one", START));

        assertThat(other.read()).isEqualTo(PairRecord.PairState.EMPTY);
        assertThat(other.history(10)).isEmpty();
        assertThat(other.acquire("one", "failover", START, DEADLINE)).isPresent();
    }

    @Test
    void letsAnEntryExpireAfter90Days() {
        pair.append(move("one", START));

        assertThat(item("move#2026-01-01T00:00:00.000000000Z#one").get(DynamoDbRecord.TIME_TO_LIVE))
                .isEqualTo(AttributeValue.fromN("1775001600"));
    }

    @Test
    void neverLetsTheStateExpire() {
        pair.acquire("one", "failover", START, DEADLINE);
        pair.count("one", START);

        assertThat(item("state"))
                .containsOnlyKeys("pair", "item", "generation", "lease", "moves")
                .containsEntry("pair", AttributeValue.fromS(pairId))
                .containsEntry("generation", AttributeValue.fromN("1"))
                .containsEntry("moves", AttributeValue.fromSs(List.of("2026-01-01T00:00:00.000000000Z#one")));
    }

    @Test
    void makesNoOtherCallsThanItsPolicyAllows() {
        operations.clear();

        var lease =
                pair.acquire("one", "failover", START, DEADLINE).orElseThrow().lease();
        pair.release(lease);
        pair.append(move("one", START));
        pair.count("one", START);
        pair.count("two", START.plus(Duration.ofHours(2)));
        pair.hold(new Hold(DEADLINE, "patching", "alice"));
        pair.endHold();
        pair.taint(A, START);
        pair.clearTaint(A);
        pair.readySince(START);
        pair.readySince(null);
        pair.heartbeat(A, HEARTBEAT);
        pair.forgetHeartbeat(A);
        pair.rights(RIGHTS);
        pair.acquireUnlessHeld("one", "failover", START, DEADLINE);
        pair.read();
        pair.history(10);

        assertThat(operations).containsOnly("GetItem", "PutItem", "Query", "UpdateItem");
    }

    /** DynamoDB Local always reads what was written last; the real one does only if it is asked to. */
    @Test
    void readsNothingOlderThanTheLastWrite() {
        requests.clear();

        pair.read();
        pair.history(1);

        assertThat(requests)
                .hasSize(2)
                .allSatisfy(request -> assertThat(request.getValueForField("ConsistentRead", Boolean.class))
                        .contains(true));
    }

    @Test
    void givesAFreeLeaseToExactlyOneOfMany() throws Exception {
        assertThat(taken(START, DEADLINE)).hasSize(1);
    }

    @Test
    void givesAnExpiredLeaseToExactlyOneOfManyEachTime() throws Exception {
        var now = START;
        for (int generation = 1; generation <= 10; generation++) {
            var winners = taken(now, now.plusSeconds(90));

            assertThat(winners).extracting(Lease::generation).containsExactly((long) generation);
            now = now.plusSeconds(90);
        }
    }

    @Test
    void losesNoMoveOfMany() throws Exception {
        var moves = together(i -> () -> {
            pair.count("move-" + i, START.plusSeconds(i));
            pair.append(move("move-" + i, START.plusSeconds(i)));
            return i;
        });

        assertThat(pair.read().recentMoves()).hasSameSizeAs(moves);
        assertThat(pair.history(THREADS + 1)).hasSameSizeAs(moves);
    }

    @Test
    void namesTheCallAndTheCodeOfAFailure() {
        var noTable = new DynamoDbRecord(client, "missing", pairId, new FirstRead(Time.system()));

        assertThatExceptionOfType(RecordUnavailable.class)
                .isThrownBy(() -> noTable.acquire("one", "failover", START, DEADLINE))
                .withMessageStartingWith("UpdateItem: ResourceNotFoundException: ")
                .withMessageNotContaining("\n");
    }

    @Test
    void isUnavailableWhenNobodyListens() throws Exception {
        try (var nowhere = connected(DynamoDbRecord.client(), freePort()).build()) {
            assertThatExceptionOfType(RecordUnavailable.class)
                    .isThrownBy(() -> new DynamoDbRecord(nowhere, TABLE, pairId, new FirstRead(Time.system())).read())
                    .withMessageStartingWith("GetItem: ");
        }
    }

    @Test
    void givesUpASilentTableAfterTwoSeconds() throws Exception {
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var waiting = connected(DynamoDbRecord.client(), silent.getLocalPort())
                        .build()) {
            var warm = new FirstRead(Time.system());
            warm.ended();
            assertThatExceptionOfType(RecordUnavailable.class)
                    .isThrownBy(() -> new DynamoDbRecord(waiting, TABLE, pairId, warm).read())
                    .withMessageContaining("2000 millis");
        }
    }

    /** What guards a move counts as set, and what only informs is left out; everything else is read as ever. */
    @Test
    void losesNothingButTheFieldThatSomebodyHasBroken() {
        pair.heartbeat(A, HEARTBEAT);
        var whole = pair.read();

        assertThat(broken("lease").leaseAt(START)).map(Lease::owner).contains("unknown");
        assertThat(broken("hold").holdAt(START)).map(Hold::by).contains("unknown");
        assertThat(broken("tainted#" + B).tainted()).isEqualTo(Map.of(B, PairRecord.UNKNOWN));
        assertThat(broken("moves").movesUnknown()).isTrue();
        for (var field : List.of("stopped#" + B, "failed#" + B, "readySince", "pulse#" + B, "rights")) {
            var recorded = broken(field);
            assertThat(recorded.unreadable()).containsExactly(field);
            assertThat(recorded)
                    .usingRecursiveComparison()
                    .ignoringFields("unreadable")
                    .isEqualTo(whole);
        }
    }

    @Test
    void takesAMoveThatSomebodyHasBrokenForAnUnknownOneUntilTheNextIsCounted() {
        write("moves", AttributeValue.fromSs(List.of("yesterday")));
        assertThat(pair.read().movesUnknown()).isTrue();
        pair.count("one", START);
        assertThat(pair.read().recentMoves()).containsExactly(START);
        assertThat(pair.read().unreadable()).isEmpty();

        write("moves", AttributeValue.fromS("none"));
        pair.count("two", START.plusSeconds(1));
        assertThat(pair.read().recentMoves()).containsExactly(START.plusSeconds(1));
        assertThat(pair.read().unreadable()).isEmpty();
    }

    @Test
    void givesNoLeaseWhileItOrAHoldCannotBeRead() {
        write("hold", AttributeValue.fromS("always"));
        assertThat(pair.acquireUnlessHeld("one", "failover", START, DEADLINE)).isEmpty();
        assertThat(pair.acquire("one", "failover", START, START)).isPresent();

        write("lease", AttributeValue.fromS("mine"));
        assertThat(pair.acquire("one", "failover", START, DEADLINE)).isEmpty();
    }

    @Test
    void tellsOfTheOtherMovesWhenOneCannotBeRead() {
        pair.append(move("one", START));
        pair.append(move("two", START.plusSeconds(1)));
        client.updateItem(r -> r.tableName(TABLE)
                .key(key("move#2026-01-01T00:00:01.000000000Z#two"))
                .updateExpression("SET outage = :outage")
                .expressionAttributeValues(Map.of(":outage", AttributeValue.fromS("long"))));

        assertThat(pair.history(9)).containsExactly(move("one", START));
    }

    /** What is read when nothing but this field is broken. */
    private PairRecord.PairState broken(String field) {
        write(field, AttributeValue.fromN("1"));
        var recorded = pair.read();
        client.updateItem(r -> r.tableName(TABLE)
                .key(key("state"))
                .updateExpression("REMOVE #field")
                .expressionAttributeNames(Map.of("#field", field)));
        assertThat(recorded.unreadable()).containsExactly(field);
        assertThat(recorded.heartbeats()).containsEntry(A, HEARTBEAT);
        return recorded;
    }

    private void write(String field, AttributeValue value) {
        client.updateItem(r -> r.tableName(TABLE)
                .key(key("state"))
                .updateExpression("SET #field = :value")
                .expressionAttributeNames(Map.of("#field", field))
                .expressionAttributeValues(Map.of(":value", value)));
    }

    @Test
    void readsAnEntryWithAStepThatItDoesNotKnow() {
        pair.append(move("one", START));
        client.updateItem(r -> r.tableName(TABLE)
                .key(key("move#2026-01-01T00:00:00.000000000Z#one"))
                .updateExpression("SET phases.dance = :took")
                .expressionAttributeValues(Map.of(":took", AttributeValue.fromS("PT1S"))));

        assertThat(pair.history(1)).containsExactly(move("one", START));
    }

    /** It would hold back every later move. */
    @Test
    void dropsAMoveOfAnUnknownTimeOnceTheNextIsCounted() {
        write("moves", AttributeValue.fromSs(List.of(PairRecord.UNKNOWN + "#eni-attach-1")));

        pair.count("one", START);

        assertThat(pair.read().recentMoves()).containsExactly(START);
    }

    private List<Lease> taken(Instant now, Instant deadline) throws Exception {
        return together(i -> () -> pair.acquire("run-" + i, "failover", now, deadline)).stream()
                .flatMap(Optional::stream)
                .map(PairRecord.Acquired::lease)
                .toList();
    }

    private static <T> List<T> together(IntFunction<Callable<T>> task) throws Exception {
        var pool = Executors.newFixedThreadPool(THREADS);
        try {
            var begin = new CyclicBarrier(THREADS);
            var answers = new ArrayList<Future<T>>();
            for (int i = 0; i < THREADS; i++) {
                var each = task.apply(i);
                answers.add(pool.submit(() -> {
                    begin.await();
                    return each.call();
                }));
            }
            var results = new ArrayList<T>();
            for (var answer : answers) {
                results.add(answer.get());
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }

    private Map<String, AttributeValue> item(String name) {
        return client.getItem(r -> r.tableName(TABLE).key(key(name))).item();
    }

    private Map<String, AttributeValue> key(String name) {
        return Map.of("pair", AttributeValue.fromS(pairId), "item", AttributeValue.fromS(name));
    }

    private static DynamoDbClientBuilder connected(DynamoDbClientBuilder builder, int port) {
        return builder.endpointOverride(URI.create("http://127.0.0.1:" + port))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")));
    }

    private static AttributeDefinition string(String name) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(ScalarAttributeType.S)
                .build();
    }

    private static KeySchemaElement key(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
