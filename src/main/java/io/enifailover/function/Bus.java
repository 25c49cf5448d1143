package io.enifailover.function;

import java.util.Map;

/** Sends events to other systems. */
public interface Bus {
    /** Sends an event within two seconds, or logs that it could not. */
    void send(String type, Map<String, ?> detail);
}
