package io.enifailover.cdk.access;

import io.enifailover.cdk.function.ControllerFunction;
import io.enifailover.cdk.server.WebServer;

/**
 * What an operator gets access to.
 *
 * @param controller function that is asked, and ordered
 * @param primary    one server
 * @param standby    other server
 */
public record OperatorAccessProps(ControllerFunction controller, WebServer primary, WebServer standby) {}
