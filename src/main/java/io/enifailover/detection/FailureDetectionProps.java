package io.enifailover.detection;

import io.enifailover.control.PairController;
import io.enifailover.server.WebServer;
import io.enifailover.swap.InterfaceSwap;

/**
 * What a detection needs.
 *
 * @param controller whom it calls
 * @param primary    one server
 * @param standby    other server
 * @param swap       swap that attaches the interface before there is anything to detect, and detaches it after that
 */
public record FailureDetectionProps(
        PairController controller, WebServer primary, WebServer standby, InterfaceSwap swap) {}
