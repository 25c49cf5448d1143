package io.enifailover.function;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.CloudFormationCustomResourceEvent;
import io.enifailover.function.Decision.Keep;
import io.enifailover.function.Decision.MoveTo;
import io.enifailover.function.Decision.ProbeAgain;
import io.enifailover.function.HealthProber.Series;
import io.enifailover.function.InterfaceState.Held;
import io.enifailover.function.Move.Outcome.Done;
import io.enifailover.function.SwapPolicy.Deployment;
import io.enifailover.protocol.FailoverSettings;
import io.enifailover.protocol.Fencing;
import io.enifailover.protocol.FunctionContract;
import io.enifailover.protocol.SafeText;
import io.enifailover.protocol.SwapProperty;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.lambda.powertools.cloudformation.AbstractCustomResourceHandler;
import software.amazon.lambda.powertools.cloudformation.Response;

/** The custom resource {@code Custom::InterfaceSwap}: makes sure that a server of the pair holds the floating interface. */
public final class SwapHandler extends AbstractCustomResourceHandler {
    private static final Logger LOG = LoggerFactory.getLogger(SwapHandler.class);

    private static final String BY = "CloudFormation";
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /**
     * How long to wait for evidence that is missing or may change. With a last series of probes that is about 30 s, which leaves
     * the default deadlines of a move within the time of one call.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    // CloudFormation takes 4096 bytes for the whole answer; the rest of it, ids above all, is below 1500.
    private static final int MAX_MESSAGE = 800;

    private final Dependencies deps;
    private final Deadlines deadlines;
    private final Fencing fencing;

    public SwapHandler(Dependencies deps, FailoverSettings settings) {
        this.deps = deps;
        deadlines = Deadlines.of(settings.deadlines());
        fencing = settings.fencing();
    }

    @Override
    public Response create(CloudFormationCustomResourceEvent event, Context context) {
        return converge(event, context, Deployment::create);
    }

    @Override
    public Response update(CloudFormationCustomResourceEvent event, Context context) {
        return converge(event, context, properties -> Deployment.update(properties, before(event)));
    }

    /**
     * Detaches, and never fails the deletion: the servers' termination frees the interface too, CloudFormation itself does not
     * delete an interface that is in use, and it must be possible to delete a stack whose creation failed.
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
            return answer.value(Map.of("Report", message(release(id, context)))).build();
        } catch (RuntimeException e) {
            LOG.error("{} Delete: left as it is: {}", id, reason(e), e);
            return answer.value(Map.of("Report", "left as it is: " + reason(e))).build();
        }
    }

    private Response converge(
            CloudFormationCustomResourceEvent event, Context context, Function<SwapProperties, Deployment> deployment) {
        var given = event.getResourceProperties();
        try {
            var properties = SwapProperties.of(given);
            return hold(properties, deployment.apply(properties), event.getRequestId(), context);
        } catch (RuntimeException e) {
            var shown = SafeText.received(String.valueOf(given.get(SwapProperty.INTERFACE_ID)));
            LOG.error("{} {} failed: {}", shown, event.getRequestType(), reason(e), e);
            var id = SwapProperties.isInterfaceId(given.get(SwapProperty.INTERFACE_ID))
                    ? String.valueOf(given.get(SwapProperty.INTERFACE_ID))
                    : event.getPhysicalResourceId();
            return failed(id, reason(e));
        }
    }

    /** Observes, decides and moves until the interface is where it should be; waits while another controller moves it. */
    private Response hold(SwapProperties properties, Deployment deployment, String id, Context context) {
        // From the properties: during an update or a rollback the function's environment may name another interface.
        var pair = Collaborators.of(properties.interfaceId(), properties.service(), deps);
        var call = new Invocation(id, BY, deps.time().now(), end(context));
        for (var series = Series.SHORT; ; deps.time().sleep(PAUSE)) {
            var observation = pair.observations().observe(null, series, within(call.end()));
            var mayProbeAgain = series.equals(Series.SHORT)
                    || observation.now().isBefore(call.arrived().plus(PATIENCE));
            var decision = SwapPolicy.decide(deployment, observation, mayProbeAgain);
            LOG.info("{} is {}: {}", pair.eni(), observation.floating(), decision);
            series = decision instanceof ProbeAgain again ? again.series() : Series.SHORT;
            if (decision instanceof Keep keep) {
                pair.telemetry().kept(BY, observation, keep);
                return keep.refusal() == null
                        ? succeeded(properties, ((Held) observation.floating()).holder(), "kept: " + keep.reason())
                        : failed(properties.interfaceId(), shortened(keep.reason()));
            }
            if (decision instanceof MoveTo to) {
                var request = new MoveRequest(
                        call,
                        to,
                        observation,
                        null,
                        fencing,
                        recorded -> SwapPolicy.decide(deployment, observation.remembering(recorded), mayProbeAgain));
                if (pair.mover().move(request, within(call.end()), pair.witness()) instanceof Done done) {
                    return succeeded(properties, to.serverId(), message(done) + ": " + to.reason());
                }
            }
        }
    }

    private Done release(String interfaceId, Context context) {
        var pair = Collaborators.of(interfaceId, null, deps);
        var end = end(context);
        for (; ; deps.time().sleep(PAUSE)) {
            var move = new Move(pair.eni(), pair.servers(), deps.time(), within(end), () -> true);
            if (move.away() instanceof Done done) {
                return done;
            }
        }
    }

    /** The deadlines, limited to the time that is left for this call. */
    private Deadlines within(Instant end) {
        return deadlines.withOverall(Duration.between(deps.time().now(), end));
    }

    private Instant end(Context context) {
        return deps.time().now().plusMillis(context.getRemainingTimeInMillis()).minus(FunctionContract.RESERVE);
    }

    private static Response succeeded(SwapProperties properties, String holder, String message) {
        LOG.info("{} holds it: {}", holder, message);
        return Response.builder()
                .status(Response.Status.SUCCESS)
                .physicalResourceId(properties.interfaceId())
                .value(Map.of(
                        "HolderId",
                        holder,
                        "Holder",
                        String.valueOf(properties.pair().roleOf(holder)),
                        "Report",
                        shortened(message)))
                .build();
    }

    private static Response failed(String physicalId, String reason) {
        return Response.builder()
                .status(Response.Status.FAILED)
                .physicalResourceId(physicalId)
                .reason(reason)
                .build();
    }

    private static String message(Done done) {
        var phases = done.phases().entrySet().stream()
                .map(p -> String.format(
                        Locale.ROOT, "%s %.1f s", p.getKey(), p.getValue().toMillis() / 1000.0))
                .collect(Collectors.joining(", "));
        var force = done.tainted() ? " by force, which taints it" : "";
        if (done.to() == null) {
            return done.from() == null
                    ? "nothing was attached"
                    : "detached from %s%s (%s)".formatted(done.from(), force, phases);
        }
        var result = done.verified() ? "serves" : "attached, not verified";
        var origin = done.from() == null ? "" : ", moved from " + done.from();
        return "%s%s%s (%s)".formatted(result, origin, force, phases);
    }

    private static String reason(RuntimeException e) {
        var text =
                e instanceof MoveFailed || e instanceof IllegalArgumentException || e instanceof IllegalStateException
                        ? String.valueOf(e.getMessage())
                        : e.toString();
        return shortened(text.lines().findFirst().orElse(""));
    }

    private static String shortened(String line) {
        return line.length() <= MAX_MESSAGE ? line : line.substring(0, MAX_MESSAGE) + "…";
    }

    /** The properties before an update; null if they are not usable, for instance after a failed update. */
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

    /** The resource's id, or the property if CloudFormation generated an id because a creation never answered. */
    private static @Nullable String interfaceToDelete(CloudFormationCustomResourceEvent event) {
        if (SwapProperties.isInterfaceId(event.getPhysicalResourceId())) {
            return event.getPhysicalResourceId();
        }
        var properties = event.getResourceProperties();
        return properties != null && SwapProperties.isInterfaceId(properties.get(SwapProperty.INTERFACE_ID))
                ? String.valueOf(properties.get(SwapProperty.INTERFACE_ID))
                : null;
    }
}
