package io.enifailover.function;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.amazonaws.services.lambda.runtime.events.CloudFormationCustomResourceEvent;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.enifailover.function.Event.Heartbeat;
import io.enifailover.function.Event.OfServer;
import io.enifailover.function.Event.Trigger;
import io.enifailover.function.Event.Trigger.Report;
import io.enifailover.protocol.Answer;
import io.enifailover.protocol.Answer.MoveAnswer;
import io.enifailover.protocol.FunctionAlias;
import io.enifailover.protocol.FunctionContract;
import io.enifailover.protocol.FunctionSettings;
import io.enifailover.protocol.Order;
import io.enifailover.protocol.Order.DrillOrder;
import io.enifailover.protocol.Order.Question;
import io.enifailover.protocol.Order.SwitchoverOrder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lambda entry point; routes each event to its handler. Each alias accepts only its own kinds of events. */
public final class ControllerHandler implements RequestStreamHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ControllerHandler.class);

    /** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
    private static final String SNAP_START = "snap-start";

    private final Controller controller;
    private final Telemetry telemetry;
    private final Observers observers;
    private final OperatorQueries queries;
    private final Drill drill;
    private final SwapHandler swap;
    private final CloudFormationRequests requests;
    private final Time time;

    /** The constructor that Lambda calls; builds the real clients. */
    public ControllerHandler() {
        this(FunctionSettings.fromEnvironment(System.getenv()));
    }

    private ControllerHandler(FunctionSettings settings) {
        this(settings, Clients.dependencies(settings), System.getenv("AWS_LAMBDA_INITIALIZATION_TYPE"));
    }

    /** Handles the events of a pair for which something else stands in for AWS. */
    public ControllerHandler(FunctionSettings settings, Dependencies deps) {
        this(settings, deps, null);
    }

    /** @param initialization Lambda's initialization type, or null outside of Lambda */
    ControllerHandler(FunctionSettings settings, Dependencies deps, @Nullable String initialization) {
        time = deps.time();
        var pair = Collaborators.of(settings.interfaceId(), settings.service(), deps);
        var preflight = new PreflightCheck(settings.failover(), pair);
        controller = new Controller(settings.failover(), pair);
        telemetry = pair.telemetry();
        observers = new Observers(pair.servers());
        queries = new OperatorQueries(settings, controller, preflight, pair);
        drill = new Drill(controller, preflight, pair);
        requests = new CloudFormationRequests(FunctionJson.MAPPER, settings.stackId());
        swap = new SwapHandler(deps, settings.failover());
        if (SNAP_START.equals(initialization)) {
            Priming.of(pair, deps.healthProber())
                    .with("JSON", ControllerHandler::primeJson)
                    .with("decision", () -> controller.dryRun(new SwitchoverOrder(null, "priming", true)))
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
        FunctionJson.MAPPER.writeValue(output, answer);
    }

    private static JsonNode read(InputStream input) throws IOException {
        try {
            return FunctionJson.MAPPER.readTree(input);
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
        var id = context.getAwsRequestId();
        var end = time.now().plusMillis(context.getRemainingTimeInMillis()).minus(FunctionContract.RESERVE);
        if (json.has("order")) {
            var order = Orders.read(json);
            require(alias, accepts(alias, order));
            return answer(order, id, end);
        }
        var event = Events.read(json, time.now());
        require(alias, accepts(alias, event));
        return event instanceof OfServer sent
                ? answer(sent, alias, id, end)
                : controller.handle((Trigger) event, id, end);
    }

    private Answer answer(Order order, String id, Instant end) {
        if (order instanceof DrillOrder) {
            return drill.run(id, end);
        }
        return order instanceof SwitchoverOrder switchover && !switchover.dryRun()
                ? controller.handle(switchover, id, end)
                : queries.answer(order);
    }

    /**
     * Ignores a server that is not one of the pair's, and does not refuse its call: servers that an update has replaced run for
     * a while longer, and Lambda would repeat their calls.
     */
    private Answer answer(OfServer sent, FunctionAlias alias, String id, Instant end) {
        var role = observers.roleOf(sent.observer());
        if (role.filter(it -> FunctionAlias.reportOf(it) == alias).isEmpty()) {
            var message = "ignored: %s does not report by the alias %s".formatted(sent.observer(), alias);
            LOG.warn(message);
            return new MoveAnswer(false, message, null);
        }
        return sent instanceof Report report
                ? controller.handle(report, id, end)
                : queries.note((Heartbeat) sent, role.orElseThrow());
    }

    private static boolean accepts(FunctionAlias alias, Order order) {
        return alias == FunctionAlias.LIVE || (alias == FunctionAlias.LOOK && order instanceof Question);
    }

    private static boolean accepts(FunctionAlias alias, Event event) {
        return switch (alias) {
            case LIVE -> !(event instanceof OfServer);
            case REPORT_PRIMARY, REPORT_STANDBY -> event instanceof OfServer;
            case LOOK, DEPLOY -> false;
        };
    }

    private static void require(FunctionAlias alias, boolean accepted) {
        if (!accepted) {
            throw new IllegalArgumentException("the alias %s accepts only %s".formatted(alias, alias.accepted()));
        }
    }

    /** Reads events and writes an answer, so that their classes are loaded. */
    static void primeJson() throws JsonProcessingException {
        Events.read(
                FunctionJson.MAPPER.readTree(
                        "{\"type\": \"report\", \"observer\": \"i-00000000000000000\", \"failures\": 1}"),
                Instant.EPOCH);
        FunctionJson.MAPPER.convertValue(
                FunctionJson.MAPPER.readTree("{\"RequestType\": \"Delete\", \"ResourceProperties\": {}}"),
                CloudFormationCustomResourceEvent.class);
        FunctionJson.MAPPER.writeValueAsBytes(new MoveAnswer(false, "primed", null));
    }
}
