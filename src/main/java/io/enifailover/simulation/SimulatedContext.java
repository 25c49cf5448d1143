package io.enifailover.simulation;

import com.amazonaws.services.lambda.runtime.Context;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.function.Supplier;

/** What Lambda tells the function about a call. */
public final class SimulatedContext {
    private SimulatedContext() {}

    /**
     * Returns a context that knows only what the function asks for.
     *
     * @param arn  by which the function was called
     * @param id   of the call
     * @param left time that the call has left
     */
    public static Context of(String arn, String id, Supplier<Duration> left) {
        return (Context) Proxy.newProxyInstance(
                Context.class.getClassLoader(),
                new Class<?>[] {Context.class},
                (context, method, arguments) -> switch (method.getName()) {
                    case "getInvokedFunctionArn" -> arn;
                    case "getAwsRequestId" -> id;
                    case "getRemainingTimeInMillis" -> (int) left.get().toMillis();
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
