package io.enifailover.function;

import io.enifailover.protocol.FunctionSettings;
import java.time.Duration;
import java.util.concurrent.Executors;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.ec2.Ec2Client;

/** The real surroundings of the controller. */
final class Clients {
    /** The most that one call to EC2 may take, with its retries. */
    static final Duration EC2_CALL = Duration.ofSeconds(6);

    /** The most that one call of an impatient client may take, such as one to the record. */
    static final Duration IMPATIENT_CALL = Duration.ofSeconds(2);

    private Clients() {}

    static Dependencies dependencies(FunctionSettings settings) {
        var time = Time.system();
        var table = DynamoDbRecord.client().build();
        var firstRead = new FirstRead(time);
        var threads = Executors.newCachedThreadPool(task -> {
            var thread = new Thread(task, "probe");
            thread.setDaemon(true);
            return thread;
        });
        return new Dependencies(
                ec2(),
                settings.stackId(),
                id -> new DynamoDbRecord(table, settings.tableName(), id, firstRead),
                new HealthProber(EndpointWitness::new, threads, time),
                EndpointWitness::new,
                time,
                System.out::println,
                new EventBus(EventBus.client().build()));
    }

    /** Has a client give up early, after 1 s for an attempt and 2 s for a call: what it is for must not delay a move. */
    static <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> B impatient(B builder) {
        var attempt = Duration.ofSeconds(1);
        return builder.httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(attempt)
                        .socketTimeout(attempt))
                .overrideConfiguration(o -> o.retryStrategy(RetryMode.STANDARD)
                        .apiCallAttemptTimeout(attempt)
                        .apiCallTimeout(IMPATIENT_CALL));
    }

    /**
     * Standard retries make three attempts at what EC2 throttles, at its internal errors and at broken connections, and none
     * at {@code IncorrectState} and the like, which the move repeats.
     */
    private static Ec2Client ec2() {
        return Ec2Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder().connectionTimeout(Duration.ofSeconds(1)))
                .overrideConfiguration(o -> o.retryStrategy(RetryMode.STANDARD)
                        .apiCallAttemptTimeout(Duration.ofSeconds(2))
                        .apiCallTimeout(EC2_CALL))
                .build();
    }
}
