package io.enifailover.function;

import io.enifailover.protocol.Role;
import io.enifailover.protocol.SwapProperty;
import io.enifailover.protocol.WitnessedService;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The properties of the custom resource.
 *
 * @param holder the server that should hold the interface, or null to leave a live holder alone
 * @param service the service that the witness probes, or null if the function cannot reach it
 */
record SwapProperties(
        String interfaceId,
        Pair pair,
        @Nullable Role holder,
        @Nullable WitnessedService service) {
    private static final Pattern INTERFACE = Pattern.compile("eni-[0-9a-f]{8,17}");

    /** @throws IllegalArgumentException with a one-line message, if a property is missing or invalid */
    static SwapProperties of(Map<String, Object> properties) {
        var fields = new Fields(FunctionJson.MAPPER.valueToTree(properties));
        return new SwapProperties(
                fields.text(SwapProperty.INTERFACE_ID, INTERFACE, "an interface id such as eni-0123456789abcdef0"),
                new Pair(fields.instanceId(SwapProperty.PRIMARY_ID), fields.instanceId(SwapProperty.STANDBY_ID)),
                properties.get(SwapProperty.HOLDER) == null ? null : fields.role(SwapProperty.HOLDER),
                service(properties.get(SwapProperty.WITNESSED_SERVICE)));
    }

    /** Whether this is the id of an interface, and not one that CloudFormation generated. */
    static boolean isInterfaceId(@Nullable Object value) {
        return value instanceof String text && INTERFACE.matcher(text).matches();
    }

    private static @Nullable WitnessedService service(@Nullable Object value) {
        return value == null ? null : WitnessedService.named(SwapProperty.WITNESSED_SERVICE, value.toString());
    }
}
