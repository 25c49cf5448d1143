package io.enifailover.operator;

import io.enifailover.control.PairController;
import io.enifailover.server.WebServer;

/**
 * What an operator gets access to.
 *
 * @param controller function that is asked, and ordered
 * @param primary    one server
 * @param standby    other server
 */
public record OperatorAccessProps(PairController controller, WebServer primary, WebServer standby) {}
