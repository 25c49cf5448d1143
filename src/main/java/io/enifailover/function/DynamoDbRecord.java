package io.enifailover.function;

import static java.util.stream.Collectors.toMap;

import io.enifailover.protocol.Hold;
import io.enifailover.protocol.Step;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * The pair record in a DynamoDB table with two string keys, {@link #PARTITION_KEY} and {@link #SORT_KEY}.
 *
 * <table>
 * <caption>The items of a pair</caption>
 * <tr><th>item</th><th>attributes</th></tr>
 * <tr><td>{@code state}</td><td>generation, lease {owner, intent, deadline}, hold {until, reason, by}, moves (a set of
 *     {@code <instant>#<attachment id>}, the automatic moves), readySince, rights {at, missing}, and for each server
 *     {@code tainted#<instance id>}, {@code stopped#<instance id>} and {@code failed#<instance id>} (instants), and
 *     {@code pulse#<instance id>} {at, version, skew, driver, failedUnits}, its last heartbeat</td></tr>
 * <tr><td>{@code move#<instant>#<entry id>}</td><td>id, at, kind, reason, by, from, to, outcome, forced, withoutLease,
 *     outage, phases {step: duration}, expires (epoch seconds)</td></tr>
 * </table>
 *
 * <p>It calls GetItem, PutItem, UpdateItem and Query, on this table only. Each update writes only the attributes that it
 * changes, so two runs of the controller never undo each other's updates.
 */
public final class DynamoDbRecord implements PairRecord {
    private static final Logger LOG = LoggerFactory.getLogger(DynamoDbRecord.class);

    /** The id of the floating interface. */
    public static final String PARTITION_KEY = "pair";

    /** Which item of the pair. */
    public static final String SORT_KEY = "item";

    /** The attribute for DynamoDB's time to live. */
    public static final String TIME_TO_LIVE = "expires";

    private static final String STATE = "state";
    private static final String MOVE = "move#";
    private static final String TAINTED = "tainted#";
    private static final String STOPPED = "stopped#";
    private static final String FAILED = "failed#";
    private static final String HEARTBEAT = "pulse#";
    private static final String RIGHTS = "rights";
    private static final String GENERATION = "generation";
    private static final String LEASE = "lease";
    private static final String HOLD = "hold";
    private static final String READY_SINCE = "readySince";

    // Always nine digits: DynamoDB compares and sorts these as strings, and "00Z" would be later than "00.5Z".
    private static final DateTimeFormatter FIXED_WIDTH =
            new DateTimeFormatterBuilder().appendInstant(9).toFormatter();

    private final DynamoDbClient table;
    private final String tableName;
    private final AttributeValue pair;
    private final FirstRead firstRead;

    /** @param firstRead shared by all records that use this client */
    DynamoDbRecord(DynamoDbClient client, String tableName, String interfaceId, FirstRead firstRead) {
        this.firstRead = firstRead;
        this.table = client;
        this.tableName = tableName;
        this.pair = text(interfaceId);
    }

    /** A client with short timeouts: a slow table must not delay a move. */
    static DynamoDbClientBuilder client() {
        return Clients.impatient(DynamoDbClient.builder());
    }

    @Override
    public PairState read() {
        return call("GetItem", () -> {
            try {
                var state = table.getItem(r -> r.tableName(tableName)
                        .key(key(STATE))
                        .consistentRead(true)
                        .overrideConfiguration(firstRead::limit));
                return state(state.item());
            } finally {
                firstRead.ended();
            }
        });
    }

    @Override
    public Optional<Acquired> acquire(String owner, String intent, Instant now, Instant deadline) {
        return acquire("", owner, intent, now, deadline);
    }

    @Override
    public Optional<Acquired> acquireUnlessHeld(String owner, String intent, Instant now, Instant deadline) {
        return acquire(" AND (attribute_not_exists(#hold) OR #hold.#until <= :now)", owner, intent, now, deadline);
    }

    private Optional<Acquired> acquire(String more, String owner, String intent, Instant now, Instant deadline) {
        var lease = map(Map.of("owner", text(owner), "intent", text(intent), "deadline", instant(deadline)));
        return call(
                "UpdateItem",
                () -> updateIf(
                                "(attribute_not_exists(lease) OR lease.deadline <= :now OR lease.#owner = :owner)"
                                        + more,
                                r -> r.updateExpression("SET lease = :lease ADD generation :one")
                                        .expressionAttributeNames(
                                                more.isEmpty()
                                                        ? Map.of("#owner", "owner")
                                                        : Map.of("#owner", "owner", "#hold", HOLD, "#until", "until"))
                                        .expressionAttributeValues(Map.of(
                                                ":lease",
                                                lease,
                                                ":one",
                                                number(1),
                                                ":now",
                                                instant(now),
                                                ":owner",
                                                text(owner)))
                                        .returnValues(ReturnValue.ALL_NEW))
                        .map(updated -> new Acquired(
                                new Lease(owner, intent, deadline, generation(updated.attributes())),
                                state(updated.attributes()))));
    }

    @Override
    public void release(Lease lease) {
        call(
                "UpdateItem",
                () -> updateIf(
                        "generation = :generation",
                        r -> r.updateExpression("REMOVE lease")
                                .expressionAttributeValues(Map.of(":generation", number(lease.generation())))));
    }

    @Override
    public void append(Entry entry) {
        var name = MOVE + format(entry.at()) + "#" + entry.id();
        call("PutItem", () -> table.putItem(r -> r.tableName(tableName).item(item(name, entry))));
    }

    @Override
    public void count(String attachmentId, Instant ended) {
        var oldest = format(ended.minus(RECENT));
        var past = counted(format(ended) + "#" + attachmentId).stream()
                .filter(move -> move.compareTo(oldest) < 0 || !isReadable(move))
                .toList();
        if (!past.isEmpty()) {
            call(
                    "UpdateItem",
                    () -> update(r -> r.updateExpression("DELETE moves :past")
                            .expressionAttributeValues(Map.of(":past", AttributeValue.fromSs(past)))));
        }
    }

    /** Adds this move, and returns all that are recorded. */
    private List<String> counted(String move) {
        var moves = AttributeValue.fromSs(List.of(move));
        return call(
                "UpdateItem",
                () -> updateIf(
                                "attribute_not_exists(moves) OR attribute_type(moves, :set)",
                                r -> r.updateExpression("ADD moves :move")
                                        .expressionAttributeValues(Map.of(":move", moves, ":set", text("SS")))
                                        .returnValues(ReturnValue.ALL_NEW))
                        .map(counted -> required(counted.attributes(), MOVES, AttributeValue::ss))
                        .orElseGet(() -> {
                            set(MOVES, moves);
                            return List.of(move);
                        }));
    }

    private static boolean isReadable(String move) {
        try {
            return end(move).isBefore(UNKNOWN);
        } catch (DateTimeException | IndexOutOfBoundsException e) {
            return false;
        }
    }

    @Override
    public void hold(Hold hold) {
        set(HOLD, map(Map.of("until", instant(hold.until()), "reason", text(hold.reason()), "by", text(hold.by()))));
    }

    @Override
    public void endHold() {
        remove(HOLD);
    }

    @Override
    public void taint(String instanceId, Instant since) {
        set(TAINTED + instanceId, instant(since));
    }

    @Override
    public Optional<Instant> stopped(String instanceId, Instant at) {
        var attribute = STOPPED + instanceId;
        var before = call(
                "UpdateItem",
                () -> update(r -> r.updateExpression("SET #attribute = :value")
                        .expressionAttributeNames(Map.of("#attribute", attribute))
                        .expressionAttributeValues(Map.of(":value", instant(at)))
                        .returnValues(ReturnValue.UPDATED_OLD)));
        // The SDK repeats a call whose answer was lost; the old value is then the one that this call wrote.
        return Optional.ofNullable(new StateFields(before.attributes()).read(attribute, DynamoDbRecord::instant, null))
                .filter(noted -> !noted.equals(at));
    }

    @Override
    public void notStopped(String instanceId, Instant at, Optional<Instant> before) {
        var values = new HashMap<>(Map.of(":at", instant(at)));
        before.ifPresent(it -> values.put(":before", instant(it)));
        call(
                "UpdateItem",
                () -> updateIf(
                        "#attribute = :at",
                        r -> r.updateExpression(before.isPresent() ? "SET #attribute = :before" : "REMOVE #attribute")
                                .expressionAttributeNames(Map.of("#attribute", STOPPED + instanceId))
                                .expressionAttributeValues(values)));
    }

    @Override
    public void clearTaint(String instanceId) {
        remove(TAINTED + instanceId, STOPPED + instanceId);
    }

    @Override
    public void failedMove(String instanceId, Instant at) {
        set(FAILED + instanceId, instant(at));
    }

    @Override
    public void forgetFailedMove(String instanceId) {
        remove(FAILED + instanceId);
    }

    @Override
    public void readySince(@Nullable Instant since) {
        if (since == null) {
            remove(READY_SINCE);
        } else {
            set(READY_SINCE, instant(since));
        }
    }

    @Override
    public void heartbeat(String instanceId, LastHeartbeat heartbeat) {
        set(
                HEARTBEAT + instanceId,
                map(Map.of(
                        "at",
                        instant(heartbeat.at()),
                        "version",
                        text(heartbeat.version()),
                        "skew",
                        text(heartbeat.skew().toString()),
                        "driver",
                        text(heartbeat.driver()),
                        "failedUnits",
                        text(heartbeat.failedUnits()))));
    }

    @Override
    public void forgetHeartbeat(String instanceId) {
        remove(HEARTBEAT + instanceId);
    }

    @Override
    public void rights(Rights rights) {
        set(RIGHTS, map(Map.of("at", instant(rights.at()), "missing", text(rights.missing()))));
    }

    @Override
    public List<Entry> history(int most) {
        return call(
                "Query",
                () -> table
                        .query(r -> r.tableName(tableName)
                                .keyConditionExpression("#pair = :pair AND begins_with(#item, :move)")
                                .expressionAttributeNames(Map.of("#pair", PARTITION_KEY, "#item", SORT_KEY))
                                .expressionAttributeValues(Map.of(":pair", pair, ":move", text(MOVE)))
                                .consistentRead(true)
                                .scanIndexForward(false)
                                .limit(most))
                        .items()
                        .stream()
                        .flatMap(item -> readableEntry(item).stream())
                        .toList());
    }

    private static Optional<Entry> readableEntry(Map<String, AttributeValue> item) {
        try {
            return Optional.of(entry(item));
        } catch (IllegalArgumentException | DateTimeException e) {
            LOG.warn("an entry of the history cannot be read: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private void set(String attribute, AttributeValue value) {
        call(
                "UpdateItem",
                () -> update(r -> r.updateExpression("SET #attribute = :value")
                        .expressionAttributeNames(Map.of("#attribute", attribute))
                        .expressionAttributeValues(Map.of(":value", value))));
    }

    private void remove(String... attributes) {
        var names = new LinkedHashMap<String, String>();
        for (var attribute : attributes) {
            names.put("#attribute" + names.size(), attribute);
        }
        call(
                "UpdateItem",
                () -> update(r -> r.updateExpression("REMOVE " + String.join(", ", names.keySet()))
                        .expressionAttributeNames(names)));
    }

    private UpdateItemResponse update(Consumer<UpdateItemRequest.Builder> request) {
        return table.updateItem(request.andThen(r -> r.tableName(tableName).key(key(STATE))));
    }

    /** Empty if the condition does not hold. */
    private Optional<UpdateItemResponse> updateIf(String condition, Consumer<UpdateItemRequest.Builder> request) {
        try {
            return Optional.of(update(request.andThen(r -> r.conditionExpression(condition))));
        } catch (ConditionalCheckFailedException e) {
            return Optional.empty();
        }
    }

    private Map<String, AttributeValue> key(String item) {
        return Map.of(PARTITION_KEY, pair, SORT_KEY, text(item));
    }

    private Map<String, AttributeValue> item(String name, Entry entry) {
        var item = new HashMap<>(key(name));
        item.put("id", text(entry.id()));
        item.put("at", instant(entry.at()));
        item.put("kind", text(entry.kind().toString()));
        item.put("reason", text(entry.reason()));
        item.put("by", text(entry.by()));
        if (entry.from() != null) {
            item.put("from", text(entry.from()));
        }
        if (entry.to() != null) {
            item.put("to", text(entry.to()));
        }
        item.put("outcome", text(entry.outcome()));
        item.put("forced", AttributeValue.fromBool(entry.forced()));
        item.put("withoutLease", AttributeValue.fromBool(entry.withoutLease()));
        if (entry.outage() != null) {
            item.put("outage", text(entry.outage().toString()));
        }
        item.put(
                "phases",
                map(entry.phases().entrySet().stream()
                        .collect(toMap(
                                p -> p.getKey().toString(),
                                p -> text(p.getValue().toString())))));
        item.put(TIME_TO_LIVE, number(entry.at().plus(HISTORY).getEpochSecond()));
        return item;
    }

    private static Entry entry(Map<String, AttributeValue> item) {
        return new Entry(
                text(item, "id"),
                instant(item, "at"),
                Kind.valueOf(text(item, "kind").toUpperCase(Locale.ROOT)),
                text(item, "reason"),
                text(item, "by"),
                optional(item, "from", AttributeValue::s),
                optional(item, "to", AttributeValue::s),
                text(item, "outcome"),
                required(item, "forced", AttributeValue::bool),
                required(item, "withoutLease", AttributeValue::bool),
                item.containsKey("outage") ? Duration.parse(text(item, "outage")) : null,
                phases(required(item, "phases", AttributeValue::m)));
    }

    /** Only the steps that this version knows; another version may have written the item. */
    private static Map<Step, Duration> phases(Map<String, AttributeValue> map) {
        var phases = new EnumMap<Step, Duration>(Step.class);
        for (var step : Step.values()) {
            if (map.containsKey(step.toString())) {
                phases.put(step, Duration.parse(text(map, step.toString())));
            }
        }
        return phases;
    }

    private static PairState state(Map<String, AttributeValue> state) {
        var fields = new StateFields(state);
        return new PairState(
                fields.read(LEASE, DynamoDbRecord::lease, new Lease("unknown", "unknown", UNKNOWN, 0)),
                fields.read(HOLD, DynamoDbRecord::hold, new Hold(UNKNOWN, "the hold cannot be read", "unknown")),
                fields.each(TAINTED, DynamoDbRecord::instant, UNKNOWN),
                fields.each(STOPPED, DynamoDbRecord::instant, null),
                fields.each(FAILED, DynamoDbRecord::instant, null),
                Objects.requireNonNullElse(fields.read(MOVES, DynamoDbRecord::ends, List.of()), List.of()),
                fields.read(READY_SINCE, DynamoDbRecord::instant, null),
                fields.each(HEARTBEAT, DynamoDbRecord::heartbeat, null),
                fields.read(RIGHTS, DynamoDbRecord::rights, null),
                fields.unreadable());
    }

    private static Lease lease(Map<String, AttributeValue> state, String name) {
        var lease = required(state, name, AttributeValue::m);
        return new Lease(text(lease, "owner"), text(lease, "intent"), instant(lease, "deadline"), generation(state));
    }

    private static Hold hold(Map<String, AttributeValue> state, String name) {
        var hold = required(state, name, AttributeValue::m);
        return new Hold(instant(hold, "until"), text(hold, "reason"), text(hold, "by"));
    }

    /** When each move ended. If two calls made the same move, both have counted it. */
    private static List<Instant> ends(Map<String, AttributeValue> state, String name) {
        var moves = required(state, name, AttributeValue::ss);
        if (moves.isEmpty()) {
            throw new IllegalArgumentException("no " + name + " of the expected type");
        }
        var ends = moves.stream()
                .collect(toMap(
                        move -> move.substring(move.indexOf('#') + 1),
                        DynamoDbRecord::end,
                        (one, other) -> one.isAfter(other) ? one : other));
        return List.copyOf(ends.values());
    }

    private static Instant end(String move) {
        return Instant.parse(move.substring(0, move.indexOf('#')));
    }

    private static Rights rights(Map<String, AttributeValue> state, String name) {
        var rights = required(state, name, AttributeValue::m);
        return new Rights(instant(rights, "at"), text(rights, "missing"));
    }

    /** The attributes of the state, each of which may have been edited by hand or written by another version. */
    private static final class StateFields {
        private final Map<String, AttributeValue> state;
        private final List<String> unreadable = new ArrayList<>();

        StateFields(Map<String, AttributeValue> state) {
            this.state = state;
        }

        List<String> unreadable() {
            return List.copyOf(unreadable);
        }

        /** Returns null if the attribute is missing. */
        <T> @Nullable T read(
                String name, BiFunction<Map<String, AttributeValue>, String, T> reading, @Nullable T otherwise) {
            if (!state.containsKey(name)) {
                return null;
            }
            try {
                return reading.apply(state, name);
            } catch (IllegalArgumentException | DateTimeException | IndexOutOfBoundsException e) {
                LOG.warn("{} in the record cannot be read: {}", name, e.getMessage());
                unreadable.add(name);
                return otherwise;
            }
        }

        /** Returns the attributes whose names begin with the prefix, by the rest of the name, which is an instance id. */
        <T> Map<String, T> each(
                String prefix, BiFunction<Map<String, AttributeValue>, String, T> reading, @Nullable T otherwise) {
            var values = new HashMap<String, T>();
            for (var name : state.keySet()) {
                if (name.startsWith(prefix)) {
                    var value = read(name, reading, otherwise);
                    if (value != null) {
                        values.put(name.substring(prefix.length()), value);
                    }
                }
            }
            return values;
        }
    }

    private static LastHeartbeat heartbeat(Map<String, AttributeValue> state, String name) {
        var heartbeat = required(state, name, AttributeValue::m);
        return new LastHeartbeat(
                instant(heartbeat, "at"),
                text(heartbeat, "version"),
                Duration.parse(text(heartbeat, "skew")),
                text(heartbeat, "driver"),
                text(heartbeat, "failedUnits"));
    }

    private static long generation(Map<String, AttributeValue> state) {
        return Long.parseLong(required(state, GENERATION, AttributeValue::n));
    }

    private static Instant instant(Map<String, AttributeValue> item, String name) {
        return Instant.parse(text(item, name));
    }

    private static String text(Map<String, AttributeValue> item, String name) {
        return required(item, name, AttributeValue::s);
    }

    private static <T> T required(
            Map<String, AttributeValue> item, String name, Function<AttributeValue, @Nullable T> type) {
        var value = optional(item, name, type);
        if (value == null) {
            throw new IllegalArgumentException("no " + name + " of the expected type");
        }
        return value;
    }

    private static <T> @Nullable T optional(
            Map<String, AttributeValue> item, String name, Function<AttributeValue, @Nullable T> type) {
        var value = item.get(name);
        return value == null ? null : type.apply(value);
    }

    private static AttributeValue text(String value) {
        return AttributeValue.fromS(value);
    }

    private static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }

    private static AttributeValue instant(Instant value) {
        return text(format(value));
    }

    private static AttributeValue map(Map<String, AttributeValue> value) {
        return AttributeValue.fromM(value);
    }

    private static String format(Instant value) {
        return FIXED_WIDTH.format(value);
    }

    private static <T> T call(String name, Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException e) {
            throw RecordUnavailable.of(name, e);
        } catch (IllegalArgumentException | DateTimeException | IndexOutOfBoundsException e) {
            // Somebody has edited the item by hand.
            throw new RecordUnavailable(name + ": not readable: " + e.getMessage(), e);
        }
    }
}
