package io.enifailover.protocol;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the function reads about its pair from its environment.
 *
 * @param interfaceId floating interface
 * @param stackId     stack that created the function and the servers
 * @param tableName   table of the pair record
 * @param service     what the witness checks, or null if the function cannot reach it; then there is no witness
 * @param failover    when and how to move
 */
public record FunctionSettings(
        String interfaceId,
        String stackId,
        String tableName,
        @Nullable WitnessedService service,
        FailoverSettings failover) {
    private static final String INTERFACE_ID = "INTERFACE_ID";
    private static final String STACK_ID = "STACK_ID";
    private static final String TABLE_NAME = "TABLE_NAME";
    private static final String WITNESSED_SERVICE = "WITNESSED_SERVICE";

    /**
     * Reads what {@link #toEnvironment()} has written.
     *
     * @throws IllegalArgumentException with a one-line message, for a variable that is missing or invalid
     */
    public static FunctionSettings fromEnvironment(Map<String, String> environment) {
        var service = environment.get(WITNESSED_SERVICE);
        return new FunctionSettings(
                FailoverSettings.required(environment, INTERFACE_ID),
                FailoverSettings.required(environment, STACK_ID),
                FailoverSettings.required(environment, TABLE_NAME),
                service == null ? null : WitnessedService.named(WITNESSED_SERVICE, service),
                FailoverSettings.fromEnvironment(environment));
    }

    /** Returns these settings as the function's environment; their values may be CDK tokens. */
    public Map<String, String> toEnvironment() {
        var environment = new LinkedHashMap<String, String>();
        environment.put(INTERFACE_ID, interfaceId);
        environment.put(STACK_ID, stackId);
        environment.put(TABLE_NAME, tableName);
        if (service != null) {
            environment.put(WITNESSED_SERVICE, service.toString());
        }
        environment.putAll(failover.toEnvironment());
        return environment;
    }
}
