package io.enifailover.swap;

import io.enifailover.controller.Role;
import io.enifailover.floating.FloatingInterface;
import io.enifailover.server.WebServer;
import org.jspecify.annotations.Nullable;

/**
 * What a swap needs.
 *
 * @param floating     interface that is swapped
 * @param primary      server that holds it first
 * @param standby      other server
 * @param holder       server that the deployer asks for, or null to leave a live holder alone
 * @param openToAll    whether every client may reach the pair; only then can the function prove that the address serves
 */
public record InterfaceSwapProps(
        FloatingInterface floating,
        WebServer primary,
        WebServer standby,
        @Nullable Role holder,
        boolean openToAll) {}
