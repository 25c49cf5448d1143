package io.enifailover.function;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.amazonaws.services.lambda.runtime.events.CloudFormationCustomResourceEvent;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.enifailover.function.Event.Heartbeat;
import io.enifailover.function.Event.OfServer;
import io.enifailover.function.Event.Order;
import io.enifailover.function.Event.Order.Rehearsal;
import io.enifailover.function.Event.Order.Switchover;
import io.enifailover.function.Event.Question;
import io.enifailover.function.Event.Trigger;
import io.enifailover.function.Event.Trigger.Report;
import io.enifailover.protocol.FunctionAlias;
import io.enifailover.protocol.FunctionContract;
import io.enifailover.protocol.FunctionSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lambda entry point; routes each event to its handler, and by each alias only what that alias is for. */
public final class ControllerHandler implements RequestStreamHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ControllerHandler.class);

    /** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
    private static final String SNAP_START = "snap-start";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .build();

    private final Controller controller;
    private final Telemetry telemetry;
    private final Observers observers;
    private final OperatorQueries queries;
    private final Drill drill;
    private final SwapHandler swap;
    private final CloudFormationRequests requests;
    private final Time time;

    /** Builds its own clients: the constructor that Lambda calls. */
    public ControllerHandler() {
        this(FunctionSettings.fromEnvironment(System.getenv()));
    }

    private ControllerHandler(FunctionSettings settings) {
        this(settings, Clients.dependencies(settings), System.getenv("AWS_LAMBDA_INITIALIZATION_TYPE"));
    }

    /**
     * @param initialization what Lambda makes this instance for, or null outside of Lambda
     */
    ControllerHandler(FunctionSettings settings, Dependencies deps, @Nullable String initialization) {
        time = deps.time();
        var pair = Collaborators.of(settings.interfaceId(), settings.serviceUri(), deps);
        var preflight = new PreflightCheck(settings.failover(), pair);
        controller = new Controller(settings.failover(), pair);
        telemetry = pair.telemetry();
        observers = new Observers(pair.servers());
        queries = new OperatorQueries(settings, controller, preflight, pair);
        drill = new Drill(controller, preflight, pair);
        requests = new CloudFormationRequests(JSON, settings.stackId());
        swap = new SwapHandler(deps, Deadlines.of(settings.failover().deadlines()));
        if (SNAP_START.equals(initialization)) {
            Priming.of(pair, deps.healthProber())
                    .with("JSON", ControllerHandler::primeJson)
                    .run();
        }
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        Object answer;
        try {
            answer = answer(read(input), context);
        } catch (RuntimeException e) {
            telemetry.failed(e);
            throw e;
        }
        JSON.writeValue(output, answer);
    }

    private static JsonNode read(InputStream input) throws IOException {
        try {
            return JSON.readTree(input);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("event must be JSON that names each field once", e);
        }
    }

    private Object answer(JsonNode json, Context context) {
        var alias = FunctionAlias.calledBy(context.getInvokedFunctionArn());
        if (alias == FunctionAlias.DEPLOY) {
            require(alias, json.has("RequestType"));
            return swap.handleRequest(requests.read(json), context);
        }
        var event = Events.read(json, time.now());
        require(alias, accepts(alias, event));
        var id = context.getAwsRequestId();
        var end = time.now().plusMillis(context.getRemainingTimeInMillis()).minus(FunctionContract.RESERVE);
        if (event instanceof OfServer sent) {
            return answer(sent, alias, id, end);
        }
        if (event instanceof Trigger trigger) {
            return controller.handle(trigger, id, end);
        }
        if (event instanceof Rehearsal) {
            return drill.run(id, end);
        }
        return event instanceof Switchover switchover && !switchover.dryRun()
                ? controller.handle(switchover, id, end)
                : queries.answer((Order) event);
    }

    /**
     * A stranger is ignored rather than refused: the servers that an update has replaced go on for a while, and Lambda would
     * repeat what they send.
     */
    private Object answer(OfServer sent, FunctionAlias alias, String id, Instant end) {
        var role = observers.roleOf(sent.observer());
        if (role.filter(it -> FunctionAlias.reportOf(it) == alias).isEmpty()) {
            var words = "ignored: %s does not report by the alias %s".formatted(sent.observer(), alias);
            LOG.warn(words);
            return new Controller.Answer(false, words, null);
        }
        return sent instanceof Report report ? controller.handle(report, id, end) : queries.note((Heartbeat) sent);
    }

    private static boolean accepts(FunctionAlias alias, Event event) {
        return switch (alias) {
            case LIVE -> !(event instanceof OfServer);
            case LOOK -> event instanceof Question;
            case REPORT_PRIMARY, REPORT_STANDBY -> event instanceof OfServer;
            case DEPLOY -> false;
        };
    }

    private static void require(FunctionAlias alias, boolean accepted) {
        if (!accepted) {
            throw new IllegalArgumentException("the alias %s accepts only %s".formatted(alias, alias.accepted()));
        }
    }

    /** Reads and writes what the function is called with and what it answers. */
    static void primeJson() throws JsonProcessingException {
        Events.read(
                JSON.readTree("{\"type\": \"report\", \"observer\": \"i-00000000000000000\", \"failures\": 1}"),
                Instant.EPOCH);
        JSON.convertValue(
                JSON.readTree("{\"RequestType\": \"Delete\", \"ResourceProperties\": {}}"),
                CloudFormationCustomResourceEvent.class);
        JSON.writeValueAsBytes(new Controller.Answer(false, "primed", null));
    }
}
