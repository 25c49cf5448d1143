package io.enifailover.demo;

import io.enifailover.simulation.FaultKind;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a person can do to the demonstrated pair. */
public enum DemoAction {
    CRASH('c', "Cut the power", FaultKind.CRASHED, true),
    HANG('h', "Hang the kernel", FaultKind.HUNG, true),
    FREEZE('f', "Freeze for a second", FaultKind.HUNG, true),
    STOP('s', "Stop the service", FaultKind.SERVICE_DEAD, true),
    CABLE('x', "Cut the cable between the servers", FaultKind.WATCH_BLIND, false),
    DETACH('d', "Let the detach hang", FaultKind.DETACH_STUCK, false),
    SWITCH('w', "Switch", null, false),
    HOLD('o', "Hold", null, false),
    RELEASE('r', "Release", null, false),
    REPLACE('n', "Replace both servers", null, false),
    HEAL('e', "Heal everything", null, false);

    private final char key;
    private final String label;
    private final @Nullable FaultKind fault;
    private final boolean ofServer;

    DemoAction(char key, String label, @Nullable FaultKind fault, boolean ofServer) {
        this.key = key;
        this.label = label;
        this.fault = fault;
        this.ofServer = ofServer;
    }

    /**
     * Returns the action of this name, such as {@code crash}.
     *
     * @throws IllegalArgumentException in one line, for anything else
     */
    static DemoAction named(String name) {
        return Arrays.stream(values())
                .filter(action -> action.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown action"));
    }

    static Optional<DemoAction> ofKey(int key) {
        return Arrays.stream(values()).filter(action -> action.key == key).findFirst();
    }

    char key() {
        return key;
    }

    String label() {
        return label;
    }

    @Nullable
    FaultKind fault() {
        return fault;
    }

    boolean ofServer() {
        return ofServer;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
