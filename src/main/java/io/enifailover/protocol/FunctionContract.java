package io.enifailover.protocol;

import java.time.Duration;

/**
 * What the template states about the function. This class uses none of the function's libraries, because a project that
 * synthesizes a pair does not have them on its classpath.
 */
public final class FunctionContract {
    /** Lambda's name for {@code ControllerHandler.handleRequest}, as text since that class needs Lambda's interfaces. */
    public static final String HANDLER = "io.enifailover.function.ControllerHandler::handleRequest";

    /** Time reserved for the EC2 call that is in flight when a move runs out of time, and for the answer. */
    public static final Duration RESERVE = Duration.ofSeconds(15);

    /** Maximum age of an event when Lambda tries to deliver it for the last time. */
    public static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    /**
     * Timeout of one call to EC2, including its retries. A lease must outlast it. A call that times out may still take
     * effect; the next observation shows it.
     */
    public static final Duration EC2_CALL = Duration.ofSeconds(2);

    private FunctionContract() {}
}
