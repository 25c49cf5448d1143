package io.enifailover.controller;

import java.time.Duration;
import java.util.concurrent.Executors;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.ec2.Ec2Client;

/** The real surroundings of the controller. */
final class Clients {
    /** The most that one call to EC2 may take, with its retries. */
    static final Duration EC2_CALL = Duration.ofSeconds(10);

    private Clients() {}

    static Surroundings surroundings(Configuration configuration) {
        var time = Time.system();
        var table = DynamoDbRecord.client().build();
        var threads = Executors.newCachedThreadPool(task -> {
            var thread = new Thread(task, "look");
            thread.setDaemon(true);
            return thread;
        });
        return new Surroundings(
                ec2(),
                id -> new DynamoDbRecord(table, configuration.tableName(), id),
                new Lookout(HttpWitness::new, threads, time),
                HttpWitness::new,
                time,
                System.out::println,
                new EventBus(EventBus.client().build()));
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
