package io.enifailover.cli;

import io.enifailover.protocol.SafeText;
import org.jspecify.annotations.Nullable;

/**
 * A deployed pair, as its stack's outputs describe it.
 *
 * @param serviceName name of the service, or null if the stack does not say
 * @param healthUrl   URL of the service's health check, or null if the stack does not say
 * @param healthCheck health check of the service, as text, or null if the stack does not say
 * @param logGroup    log group of the function, or null if the stack does not say
 */
record DeployedPair(
        String stack,
        String region,
        String function,
        String interfaceId,
        @Nullable String serviceName,
        @Nullable String healthUrl,
        @Nullable String healthCheck,
        @Nullable String logGroup) {
    DeployedPair {
        stack = SafeText.line(stack);
        function = SafeText.line(function);
        interfaceId = SafeText.line(interfaceId);
        serviceName = serviceName == null ? null : SafeText.line(serviceName);
        healthUrl = healthUrl == null ? null : SafeText.line(healthUrl);
        healthCheck = healthCheck == null ? null : SafeText.line(healthCheck);
        logGroup = logGroup == null ? null : SafeText.line(logGroup);
    }
}
