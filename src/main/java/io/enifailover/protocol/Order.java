package io.enifailover.protocol;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a person or a schedule asks the function for. The field {@code order} of its JSON is the name of its record without
 * "Order"; the other fields are the record's components.
 */
public sealed interface Order
        permits Order.Question, Order.SwitchoverOrder, Order.HoldOrder, Order.ReleaseOrder, Order.DrillOrder {

    static List<Class<?>> types() {
        return records(Order.class).toList();
    }

    /** Returns the name of the orders of this type, such as {@code switchover}. */
    static String name(Class<?> type) {
        return type.getSimpleName().replace("Order", "").toLowerCase(Locale.ROOT);
    }

    /** Returns the names of the orders of this kind in one text, with the last two joined by {@code and} or {@code or}. */
    static String names(Class<? extends Order> kind, String conjunction) {
        var names = records(kind).map(Order::name).toList();
        var last = names.size() - 1;
        return "%s %s %s".formatted(String.join(", ", names.subList(0, last)), conjunction, names.get(last));
    }

    private static Stream<Class<?>> records(Class<?> type) {
        return type.isRecord()
                ? Stream.of(type)
                : Arrays.stream(type.getPermittedSubclasses()).flatMap(Order::records);
    }

    /** An order that changes nothing, and that {@link FunctionAlias#LOOK} accepts. */
    sealed interface Question extends Order permits StatusOrder, PreflightOrder, HistoryOrder {}

    /**
     * Moves the interface.
     *
     * @param to     role of the server, or null for the other one
     * @param by     who asks
     * @param dryRun whether to only say what would be done
     */
    record SwitchoverOrder(@Nullable Role to, String by, boolean dryRun) implements Order {}

    /**
     * Pauses all moves but ordered ones.
     *
     * @param duration until the hold expires, a minute to 30 days
     * @param reason   why, for other people
     * @param by       who asks
     */
    record HoldOrder(Duration duration, String reason, String by) implements Order {}

    /**
     * Ends a hold.
     *
     * @param by who asks
     */
    record ReleaseOrder(String by) implements Order {}

    /** Asks which server holds the interface, which could, and what happened. */
    record StatusOrder() implements Question {}

    /** Asks whether a failover would work. */
    record PreflightOrder() implements Question {}

    /**
     * Asks what happened.
     *
     * @param most how many moves at most, 1 to 1000
     */
    record HistoryOrder(int most) implements Question {}

    /** Moves the interface to the server that does not hold it, if a failover would work. */
    record DrillOrder() implements Order {}
}
