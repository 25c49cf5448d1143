package io.enifailover;

import io.enifailover.controller.Role;
import io.enifailover.network.Network.NewVpc;
import io.enifailover.pair.FailoverPairProps;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.jspecify.annotations.Nullable;

/**
 * The application's settings, from the CDK context: {@code cdk.json}, or {@code -c key=value}.
 *
 * @param pair              the pair to provision
 * @param notificationEmail address that is told of state changes of the servers, or null
 */
record Settings(FailoverPairProps pair, @Nullable String notificationEmail) {
    static final List<String> KEYS =
            List.of("vpcCidr", "zone", "instanceType", "floatingAddress", "clientCidrs", "notificationEmail", "holder");

    /** What the CDK itself keeps in the context. Its other keys, of flags and of look-ups, are no plain words. */
    private static final Set<String> KEYS_OF_THE_CDK = Set.of("acknowledged-issue-numbers", "cli-telemetry");

    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_-]+");
    private static final Pattern EMAIL = Pattern.compile("[^@\\s]+@[^@\\s]+\\.[^@\\s]+");

    Settings {
        if (notificationEmail != null && !EMAIL.matcher(notificationEmail).matches()) {
            throw new IllegalArgumentException(
                    "notificationEmail must be an address such as ops@example.com, got " + notificationEmail);
        }
    }

    /**
     * Reads the settings; an absent one has its default.
     *
     * @throws IllegalArgumentException for an unknown key or a value that is not allowed, in one line
     */
    static Settings from(Map<String, Object> context) {
        context.keySet().forEach(Settings::refuseUnknown);
        var defaults = NewVpc.ofDefaults();
        var pair = FailoverPairProps.of(
                new NewVpc(text(context, "vpcCidr", defaults.vpcCidr()), textOrNull(context, "zone")));
        var holder = textOrNull(context, "holder");
        return new Settings(
                pair.withInstanceType(text(context, "instanceType", pair.instanceType()))
                        .withFloatingAddress(textOrNull(context, "floatingAddress"))
                        .withClientCidrs(list(context, "clientCidrs", pair.clientCidrs()))
                        .withHolder(holder == null ? null : Role.named("holder", holder)),
                textOrNull(context, "notificationEmail"));
    }

    private static void refuseUnknown(String key) {
        if (!WORD.matcher(key).matches() || KEYS.contains(key) || KEYS_OF_THE_CDK.contains(key)) {
            return;
        }
        var nearest = KEYS.stream()
                .min(Comparator.comparing(
                        known -> LevenshteinDistance.getDefaultInstance().apply(key, known)));
        throw new IllegalArgumentException("unknown setting " + key + ", did you mean " + nearest.orElseThrow()
                + "? allowed: " + String.join(", ", KEYS));
    }

    private static String text(Map<String, Object> context, String key, String absent) {
        var value = textOrNull(context, key);
        return value == null ? absent : value;
    }

    private static @Nullable String textOrNull(Map<String, Object> context, String key) {
        var value = context.get(key);
        if (value != null && !(value instanceof String)) {
            throw new IllegalArgumentException(key + " must be a string, got " + value);
        }
        return (String) value;
    }

    /** Reads a list of strings from {@code cdk.json}, or one string with commas from the command line. */
    private static List<String> list(Map<String, Object> context, String key, List<String> absent) {
        var value = context.get(key);
        if (value == null) {
            return absent;
        }
        var parts = value instanceof List<?> list
                ? list
                : Arrays.asList(value.toString().split(",", -1));
        return parts.stream().map(part -> String.valueOf(part).strip()).toList();
    }
}
