package io.enifailover.controller;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.CloudFormationCustomResourceEvent;
import io.enifailover.controller.Move.Outcome.Done;
import io.enifailover.controller.SwapPolicy.Decision;
import io.enifailover.controller.SwapPolicy.Order;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.lambda.powertools.cloudformation.AbstractCustomResourceHandler;
import software.amazon.lambda.powertools.cloudformation.Response;

/** The custom resource {@code Custom::InterfaceSwap}: sees to it that a server of the pair holds the floating interface. */
public final class SwapHandler extends AbstractCustomResourceHandler {
    private static final Logger LOG = LoggerFactory.getLogger(SwapHandler.class);

    private static final int ROUNDS = 3;
    private static final Duration CALL = Duration.ofSeconds(10);
    // For the call that is under way when the move's time is up, and for the answer to CloudFormation.
    private static final Duration RESERVE = CALL.plusSeconds(5);
    // CloudFormation takes 4096 bytes for the whole answer; the rest of it, ids above all, is below 1500.
    private static final int MAX_WORDS = 800;

    private final Ec2Client ec2;
    private final Time time;
    private final Function<URI, Witness> witnesses;

    /** Builds its own clients: the constructor that Lambda calls. */
    public SwapHandler() {
        this(ec2Client(), Time.system(), HttpWitness::new);
    }

    SwapHandler(Ec2Client ec2, Time time, Function<URI, Witness> witnesses) {
        this.ec2 = ec2;
        this.time = time;
        this.witnesses = witnesses;
    }

    /** The time that the function needs for one move and its answer, to set its timeout by. */
    public static Duration timeNeeded() {
        return Deadlines.DEFAULT.overall().plus(RESERVE);
    }

    @Override
    protected Response create(CloudFormationCustomResourceEvent event, Context context) {
        return converge(event, context);
    }

    @Override
    protected Response update(CloudFormationCustomResourceEvent event, Context context) {
        return converge(event, context);
    }

    /**
     * Detaches, and never stands in the way: the servers' termination frees the interface too, CloudFormation itself does
     * not delete one that is in use, and a stack whose creation failed has to be able to go.
     */
    @Override
    protected Response delete(CloudFormationCustomResourceEvent event, Context context) {
        var id = interfaceToDelete(event);
        var answer =
                Response.builder().status(Response.Status.SUCCESS).physicalResourceId(event.getPhysicalResourceId());
        if (id == null) {
            return answer.value(Map.of("Report", "no interface was ever held")).build();
        }
        try {
            return answer.value(Map.of("Report", words(release(id, context)))).build();
        } catch (RuntimeException e) {
            LOG.error("{} Delete: left as it is: {}", id, reason(e), e);
            return answer.value(Map.of("Report", "left as it is: " + reason(e))).build();
        }
    }

    private Response converge(CloudFormationCustomResourceEvent event, Context context) {
        var given = event.getResourceProperties();
        try {
            var properties = SwapProperties.of(given);
            var before = before(event);
            var order = new Order(
                    properties.pair(), before == null ? properties.pair() : before.pair(), properties.holder());
            return Response.builder()
                    .status(Response.Status.SUCCESS)
                    .physicalResourceId(properties.interfaceId())
                    .value(hold(properties, order, context))
                    .build();
        } catch (RuntimeException e) {
            LOG.error("{} {} failed: {}", given.get("InterfaceId"), event.getRequestType(), reason(e), e);
            return Response.builder()
                    .status(Response.Status.FAILED)
                    .physicalResourceId(
                            SwapProperties.isInterfaceId(given.get("InterfaceId"))
                                    ? String.valueOf(given.get("InterfaceId"))
                                    : event.getPhysicalResourceId())
                    .reason(reason(e))
                    .build();
        }
    }

    private Map<String, String> hold(SwapProperties properties, Order order, Context context) {
        var eni = new FloatingEni(ec2, properties.interfaceId());
        var witness = properties.serviceUrl() == null ? null : witnesses.apply(properties.serviceUrl());
        return inRounds(eni, context, (move, seen) -> {
            var decision = SwapPolicy.decide(order, seen);
            LOG.info("{} is {}: {}", eni, seen, decision);
            if (decision instanceof Decision.Keep keep) {
                return report(order.pair(), keep.holder(), "kept: " + keep.reason());
            }
            var to = (Decision.MoveTo) decision;
            return move.to(to.instanceId(), seen, witness) instanceof Done done
                    ? report(order.pair(), to.instanceId(), words(done) + ": " + to.reason())
                    : null;
        });
    }

    private Done release(String interfaceId, Context context) {
        var eni = new FloatingEni(ec2, interfaceId);
        return inRounds(eni, context, (move, seen) -> move.away(seen) instanceof Done done ? done : null);
    }

    /** Looks and decides again, a few times, when somebody else has moved the interface in between. */
    private <T> T inRounds(FloatingEni eni, Context context, BiFunction<Move, InterfaceState, @Nullable T> round) {
        for (int i = 0; i < ROUNDS; i++) {
            var left = Duration.ofMillis(context.getRemainingTimeInMillis()).minus(RESERVE);
            var move = new Move(eni, time, Deadlines.DEFAULT.withOverall(left));
            var result = round.apply(move, move.observe());
            if (result != null) {
                return result;
            }
        }
        throw new IllegalStateException("superseded %d times, somebody else is moving %s".formatted(ROUNDS, eni));
    }

    private static Map<String, String> report(Pair pair, String holder, String words) {
        LOG.info("{} holds it: {}", holder, words);
        return Map.of("HolderId", holder, "Holder", String.valueOf(pair.roleOf(holder)), "Report", words);
    }

    private static String words(Done done) {
        var phases = done.phases().entrySet().stream()
                .map(p -> String.format(
                        Locale.ROOT, "%s %.1f s", p.getKey(), p.getValue().toMillis() / 1000.0))
                .collect(Collectors.joining(", "));
        var force = done.forced() ? " by force, which taints it" : "";
        if (done.to() == null) {
            return done.from() == null
                    ? "nothing was attached"
                    : "detached from %s%s (%s)".formatted(done.from(), force, phases);
        }
        var result = done.verified() ? "serves" : "attached, not verified";
        var origin = done.from() == null ? "" : ", taken from " + done.from();
        return "%s%s%s (%s)".formatted(result, origin, force, phases);
    }

    private static String reason(RuntimeException e) {
        var text =
                e instanceof MoveFailed || e instanceof IllegalArgumentException || e instanceof IllegalStateException
                        ? String.valueOf(e.getMessage())
                        : e.toString();
        var line = text.lines().findFirst().orElse("");
        return line.length() <= MAX_WORDS ? line : line.substring(0, MAX_WORDS) + "…";
    }

    /** What the stack had before an update; null if there was nothing usable, after a failed update for instance. */
    private static @Nullable SwapProperties before(CloudFormationCustomResourceEvent event) {
        if (event.getOldResourceProperties() == null) {
            return null;
        }
        try {
            return SwapProperties.of(event.getOldResourceProperties());
        } catch (IllegalArgumentException e) {
            LOG.warn("the properties before this update are not usable: {}", e.getMessage());
            return null;
        }
    }

    /** The resource's own id, or the property if CloudFormation made the id up because a creation never answered. */
    private static @Nullable String interfaceToDelete(CloudFormationCustomResourceEvent event) {
        if (SwapProperties.isInterfaceId(event.getPhysicalResourceId())) {
            return event.getPhysicalResourceId();
        }
        var properties = event.getResourceProperties();
        return properties != null && SwapProperties.isInterfaceId(properties.get("InterfaceId"))
                ? String.valueOf(properties.get("InterfaceId"))
                : null;
    }

    /**
     * Standard retries make three attempts, within about 6 s, where EC2 throttles, answers with 5xx or not at all; they make
     * none at {@code IncorrectState} and {@code InUse}, which the move repeats.
     */
    private static Ec2Client ec2Client() {
        return Ec2Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder().connectionTimeout(Duration.ofSeconds(1)))
                .overrideConfiguration(o -> o.retryStrategy(RetryMode.STANDARD)
                        .apiCallAttemptTimeout(Duration.ofSeconds(2))
                        .apiCallTimeout(CALL))
                .build();
    }
}
