package io.enifailover.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.CloudFormationCustomResourceEvent;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.enifailover.function.ControllerHandler;
import io.enifailover.function.Dependencies;
import io.enifailover.function.Pair;
import io.enifailover.function.SwapHandler;
import io.enifailover.function.Time;
import io.enifailover.protocol.FunctionAlias;
import io.enifailover.protocol.FunctionSettings;
import io.enifailover.protocol.MoveDeadlines;
import io.enifailover.protocol.WitnessedService;
import io.enifailover.simulation.SimulatedContext;
import io.enifailover.simulation.SimulatedEc2;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.lambda.powertools.cloudformation.Response;

/** The function, as Lambda runs it: each call has an id and a time at which it must have ended. */
final class DemoFunction {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String ARN = "arn:aws:lambda:us-east-1:123456789012:function:EniFailover-Controller:";

    private final ControllerHandler handler;
    private final SwapHandler swap;
    private final Time time;
    private int calls;
    private @Nullable LastAnswer lastAnswer;

    /** What the last call that was not a question was answered. */
    record LastAnswer(long at, String message, @Nullable String alert) {}

    DemoFunction(FunctionSettings settings, Dependencies deps, Time time) {
        this.time = time;
        handler = new ControllerHandler(settings, deps);
        swap = new SwapHandler(deps, settings.failover());
    }

    @Nullable
    LastAnswer lastAnswer() {
        return lastAnswer;
    }

    /**
     * Calls the function, and returns its answer.
     *
     * @throws IllegalStateException with the function's message, if it fails
     */
    String call(String alias, String payload) {
        var output = new ByteArrayOutputStream();
        try {
            handler.handleRequest(new ByteArrayInputStream(payload.getBytes(UTF_8)), output, context(alias));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
        var answer = output.toString(UTF_8);
        if (!alias.equals(FunctionAlias.LOOK.toString())) {
            note(answer);
        }
        return answer;
    }

    /** Calls it and lets its failure be: Lambda repeats such a call after a minute, and by then others have followed. */
    void tell(String alias, JsonNode event) {
        try {
            call(alias, event.toString());
        } catch (IllegalStateException e) {
            lastAnswer = new LastAnswer(millis(), String.valueOf(e.getMessage()), null);
        }
    }

    /**
     * Tells the function that a deployment has new servers, and returns whether the interface is there.
     *
     * @param before those of the last deployment, or null: this is the first one
     */
    boolean deploy(Pair after, @Nullable Pair before, WitnessedService service) {
        var event = CloudFormationCustomResourceEvent.builder()
                .withRequestType(before == null ? "Create" : "Update")
                .withRequestId("deployment")
                .withPhysicalResourceId(SimulatedEc2.ENI)
                .withResourceProperties(properties(after, service))
                .withOldResourceProperties(before == null ? Map.of() : properties(before, service))
                .build();
        var context = context(FunctionAlias.DEPLOY.toString());
        var answer = before == null ? swap.create(event, context) : swap.update(event, context);
        return answer.getStatus() == Response.Status.SUCCESS;
    }

    private static Map<String, Object> properties(Pair pair, WitnessedService service) {
        return Map.of(
                "InterfaceId", SimulatedEc2.ENI,
                "PrimaryId", pair.primaryId(),
                "StandbyId", pair.standbyId(),
                "WitnessedService", service.toString());
    }

    private void note(String answer) {
        try {
            var json = MAPPER.readTree(answer);
            if (json.has("message")) {
                lastAnswer = new LastAnswer(
                        millis(),
                        json.path("message").asText(),
                        json.path("alert").isTextual() ? json.path("alert").asText() : null);
            }
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long millis() {
        return Duration.between(DemoPair.ZERO, time.now()).toMillis();
    }

    private Context context(String alias) {
        calls++;
        var end = time.now().plus(MoveDeadlines.FUNCTION_TIMEOUT);
        return SimulatedContext.of(ARN + alias, "call-" + calls, () -> Duration.between(time.now(), end));
    }
}
