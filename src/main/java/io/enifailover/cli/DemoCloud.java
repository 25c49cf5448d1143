package io.enifailover.cli;

import io.enifailover.demo.OperatorCommand.Account;
import io.enifailover.outage.ProbeSeries;
import io.enifailover.protocol.HealthCheck.Statuses;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The simulated pair of the demonstration, for the commands. */
final class DemoCloud implements Cloud {
    private static final DeployedPair PAIR = new DeployedPair(
            "EniFailover",
            "simulation",
            "EniFailover-Controller",
            "eni-0123456789abcdef0",
            "the service",
            "http://203.0.113.200:8080/up",
            "http:8080/up",
            "EniFailover-Controller");

    private final Account account;

    DemoCloud(Account account) {
        this.account = account;
    }

    @Override
    public DeployedPair find(@Nullable String stack) {
        return PAIR;
    }

    @Override
    public String invoke(String function, String alias, String payload, Duration patience) {
        try {
            return account.invoke(alias, payload);
        } catch (IllegalStateException e) {
            throw CommandFailed.failed("the function failed: " + e.getMessage());
        }
    }

    @Override
    public List<Line> log(String group, Instant from) {
        var number = new AtomicInteger();
        return account.log().stream()
                .map(line -> new Line(String.valueOf(number.incrementAndGet()), line.at(), line.text()))
                .filter(line -> !line.at().isBefore(from))
                .toList();
    }

    @Override
    public void run(String instanceId, String script) {
        throw notHere();
    }

    @Override
    public void stop(String instanceId) {
        throw notHere();
    }

    @Override
    public void start(String instanceId) {
        throw notHere();
    }

    @Override
    public ProbeSeries probe(URI url, Statuses success) {
        throw notHere();
    }

    private static CommandFailed notHere() {
        return CommandFailed.refused("not in the demonstration");
    }
}
