package io.enifailover.controller;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.amazonaws.services.lambda.runtime.events.CloudFormationCustomResourceEvent;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.enifailover.controller.Event.Heartbeat;
import io.enifailover.controller.Event.Order;
import io.enifailover.controller.Event.Order.Rehearsal;
import io.enifailover.controller.Event.Order.Switchover;
import io.enifailover.controller.Event.Trigger;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The function: takes whatever it is called with to whoever deals with it. */
public final class ControllerHandler implements RequestStreamHandler {
    /** The alias by which the function may only be asked: IAM grants an alias, and cannot tell orders apart. */
    public static final String LOOK = "look";

    /** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
    private static final String SNAP_START = "snap-start";

    private static final Set<String> QUESTIONS = Set.of("status", "preflight", "history");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .build();

    private final Controller controller;
    private final Herald herald;
    private final OrderDesk desk;
    private final Drill drill;
    private final SwapHandler swap;
    private final Time time;

    /** Builds its own clients: the constructor that Lambda calls. */
    public ControllerHandler() {
        this(Configuration.from(System.getenv()));
    }

    private ControllerHandler(Configuration configuration) {
        this(configuration, Clients.surroundings(configuration), System.getenv("AWS_LAMBDA_INITIALIZATION_TYPE"));
    }

    /**
     * @param initialization what Lambda makes this instance for, or null outside of Lambda
     */
    ControllerHandler(Configuration configuration, Surroundings around, @Nullable String initialization) {
        time = around.time();
        controller = new Controller(configuration, around);
        herald = new Herald(configuration.interfaceId(), around);
        desk = new OrderDesk(controller, configuration, around);
        drill = new Drill(controller, configuration, around);
        swap = new SwapHandler(around, configuration.deadlines());
        if (SNAP_START.equals(initialization)) {
            Priming.of(configuration.interfaceId(), around)
                    .with("JSON", ControllerHandler::primeJson)
                    .run();
        }
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        var event = JSON.readTree(input);
        Object answer;
        try {
            refuseMoreThanQuestions(event, context.getInvokedFunctionArn());
            answer = answer(event, context);
        } catch (RuntimeException e) {
            herald.failed(e);
            throw e;
        }
        JSON.writeValue(output, answer);
    }

    private Object answer(JsonNode json, Context context) {
        if (json.has("RequestType")) {
            return swap.handleRequest(JSON.convertValue(json, CloudFormationCustomResourceEvent.class), context);
        }
        var id = context.getAwsRequestId();
        var end = time.now().plusMillis(context.getRemainingTimeInMillis()).minus(FunctionContract.RESERVE);
        var event = Events.read(json);
        if (event instanceof Heartbeat heartbeat) {
            return desk.note(heartbeat);
        }
        if (event instanceof Trigger trigger) {
            return controller.handle(trigger, id, end);
        }
        if (event instanceof Rehearsal) {
            return drill.run(id, end);
        }
        return event instanceof Switchover switchover && !switchover.dryRun()
                ? controller.handle(switchover, id, end)
                : desk.answer((Order) event);
    }

    private static void refuseMoreThanQuestions(JsonNode json, String functionArn) {
        var order = json.path("order").asText();
        // CloudFormation's requests go by another field, whatever else they carry.
        if (functionArn.endsWith(":" + LOOK) && (json.has("RequestType") || !QUESTIONS.contains(order))) {
            throw new IllegalArgumentException("order must be status, preflight or history by the alias " + LOOK);
        }
    }

    /** Reads and writes what the function is called with and what it answers. */
    static void primeJson() throws JsonProcessingException {
        Events.read(JSON.readTree("{\"type\": \"report\", \"observer\": \"i-00000000000000000\", \"failures\": 1}"));
        JSON.convertValue(
                JSON.readTree("{\"RequestType\": \"Delete\", \"ResourceProperties\": {}}"),
                CloudFormationCustomResourceEvent.class);
        JSON.writeValueAsBytes(new Controller.Answer(false, "primed", null));
    }
}
