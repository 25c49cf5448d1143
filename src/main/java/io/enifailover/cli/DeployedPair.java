package io.enifailover.cli;

import io.enifailover.protocol.SafeText;
import org.jspecify.annotations.Nullable;

/**
 * A deployed pair, as its stack's outputs describe it.
 *
 * @param serviceUrl where clients go, or null if the stack does not say
 * @param logGroup   of the function, or null if the stack does not say
 */
record DeployedPair(
        String stack,
        String region,
        String function,
        String interfaceId,
        @Nullable String serviceUrl,
        @Nullable String logGroup) {
    DeployedPair {
        stack = SafeText.line(stack);
        function = SafeText.line(function);
        interfaceId = SafeText.line(interfaceId);
        serviceUrl = serviceUrl == null ? null : SafeText.line(serviceUrl);
        logGroup = logGroup == null ? null : SafeText.line(logGroup);
    }
}
