package io.enifailover.function;

import java.util.Map;

/** Where events go for whoever listens. */
interface Bus {
    /** Sends an event, or logs that it could not; it takes no longer than two seconds. */
    void send(String type, Map<String, ?> detail);
}
