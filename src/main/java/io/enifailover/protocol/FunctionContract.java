package io.enifailover.protocol;

import java.time.Duration;

/**
 * What the template states about the function. The class needs none of the function's libraries, which a project that
 * synthesizes a pair does not have on its classpath.
 */
public final class FunctionContract {
    /** Lambda's name for {@code ControllerHandler.handleRequest}, as text since that class needs Lambda's interfaces. */
    public static final String HANDLER = "io.enifailover.function.ControllerHandler::handleRequest";

    /** Time kept back for the EC2 call that is in flight when a move runs out of time, and for the answer. */
    public static final Duration RESERVE = Duration.ofSeconds(15);

    /** How old an event may be when Lambda calls the function with it for the last time. */
    public static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    /**
     * The longest that one call to EC2 may take, with its retries. A lease has to outlive it. A call that takes longer may still
     * be carried out, which the next observation shows.
     */
    public static final Duration EC2_CALL = Duration.ofSeconds(2);

    private FunctionContract() {}
}
