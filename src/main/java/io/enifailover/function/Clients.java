package io.enifailover.function;

import io.enifailover.protocol.FunctionContract;
import io.enifailover.protocol.FunctionSettings;
import java.time.Duration;
import java.util.concurrent.Executors;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.ec2.Ec2Client;

/** Creates the real clients of the controller. */
final class Clients {
    /** The longest that one call of an impatient client may take, such as a call to the record. */
    static final Duration IMPATIENT_CALL = Duration.ofSeconds(2);

    private Clients() {}

    static Dependencies dependencies(FunctionSettings settings) {
        var time = Time.system();
        var table = DynamoDbRecord.client().build();
        var firstRead = new FirstRead(time);
        var threads = Executors.newCachedThreadPool(task -> {
            var thread = new Thread(task, "observation");
            thread.setDaemon(true);
            return thread;
        });
        return new Dependencies(
                ec2(),
                settings.stackId(),
                id -> new DynamoDbRecord(table, settings.tableName(), id, firstRead),
                EndpointWitness::new,
                threads,
                time,
                System.out::println,
                new EventBus(EventBus.client().build()));
    }

    /** Limits an attempt to 1 s and a call to 2 s, for clients that must not delay a move. */
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
     * Standard retries make three attempts after throttling, internal errors and broken connections. They do not retry
     * {@code IncorrectState} and similar errors; the move repeats such calls.
     */
    private static Ec2Client ec2() {
        return Ec2Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder().connectionTimeout(Duration.ofSeconds(1)))
                .overrideConfiguration(o -> o.retryStrategy(RetryMode.STANDARD)
                        .apiCallAttemptTimeout(FunctionContract.EC2_CALL)
                        .apiCallTimeout(FunctionContract.EC2_CALL))
                .build();
    }
}
