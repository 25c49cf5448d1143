package io.enifailover.function;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClientBuilder;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;

/** The account's default event bus; the function may send only events with this source to it. */
public final class EventBus implements Bus {
    public static final String SOURCE = "eni-failover";
    public static final String MOVED = "Failover Pair Moved";
    public static final String ALERT = "Failover Pair Alert";

    private static final Logger LOG = LoggerFactory.getLogger(EventBus.class);

    private final EventBridgeClient client;

    EventBus(EventBridgeClient client) {
        this.client = client;
    }

    /** A client with short timeouts: nothing waits for an event. */
    static EventBridgeClientBuilder client() {
        return Clients.impatient(EventBridgeClient.builder());
    }

    @Override
    public void send(String type, Map<String, ?> detail) {
        try {
            var event = PutEventsRequestEntry.builder()
                    .source(SOURCE)
                    .detailType(type)
                    .detail(FunctionJson.MAPPER.writeValueAsString(detail))
                    .build();
            var answer = client.putEvents(request -> request.entries(event));
            // The call succeeds even if an event is refused.
            answer.entries().stream()
                    .filter(entry -> entry.errorCode() != null)
                    .forEach(
                            entry -> LOG.warn("{} is not sent: {}: {}", type, entry.errorCode(), entry.errorMessage()));
        } catch (SdkException | JsonProcessingException e) {
            LOG.warn("{} is not sent: {}", type, CallFailed.oneLine(e.getMessage()));
        }
    }
}
