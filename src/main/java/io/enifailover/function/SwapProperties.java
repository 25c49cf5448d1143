package io.enifailover.function;

import io.enifailover.protocol.Role;
import io.enifailover.protocol.SafeText;
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
    static final Pattern ROLE = Pattern.compile("primary|standby");
    static final Pattern INSTANCE = Pattern.compile("i-[0-9a-f]{8,17}");

    /**
     * @throws IllegalArgumentException with a one-line message, if a property is missing or invalid
     */
    static SwapProperties of(Map<String, Object> properties) {
        return new SwapProperties(
                text(properties, SwapProperty.INTERFACE_ID, INTERFACE, "an interface id such as eni-0123456789abcdef0"),
                new Pair(
                        text(
                                properties,
                                SwapProperty.PRIMARY_ID,
                                INSTANCE,
                                "an instance id such as i-0123456789abcdef0"),
                        text(
                                properties,
                                SwapProperty.STANDBY_ID,
                                INSTANCE,
                                "an instance id such as i-0123456789abcdef0")),
                properties.get(SwapProperty.HOLDER) == null
                        ? null
                        : Role.named(
                                SwapProperty.HOLDER, text(properties, SwapProperty.HOLDER, ROLE, "primary or standby")),
                service(properties.get(SwapProperty.WITNESSED_SERVICE)));
    }

    /** Whether this is the id of an interface, and not one that CloudFormation generated. */
    static boolean isInterfaceId(@Nullable Object value) {
        return value instanceof String text && INTERFACE.matcher(text).matches();
    }

    /**
     * @param key what is being read, for the error
     * @throws IllegalArgumentException with a one-line message, if this is not an instance id
     */
    static String instanceId(String key, String value) {
        return text(Map.of(key, value), key, INSTANCE, "an instance id such as i-0123456789abcdef0");
    }

    private static String text(Map<String, Object> properties, String key, Pattern form, String meaning) {
        if (properties.get(key) instanceof String text && form.matcher(text).matches()) {
            return text;
        }
        throw rejected(key, meaning, properties.get(key));
    }

    private static @Nullable WitnessedService service(@Nullable Object value) {
        return value == null ? null : WitnessedService.named(SwapProperty.WITNESSED_SERVICE, value.toString());
    }

    private static IllegalArgumentException rejected(String key, String meaning, @Nullable Object value) {
        return new IllegalArgumentException("%s must be %s, got %s"
                .formatted(key, meaning, value == null ? "nothing" : SafeText.received(value.toString())));
    }
}
