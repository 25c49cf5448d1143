package io.enifailover.function;

import java.time.Instant;

/**
 * One call of the function.
 *
 * @param id its unique request id; a repetition by Lambda has the same id
 * @param by the trigger, or the operator
 * @param arrived when it began
 * @param end when it must have ended
 */
record Invocation(String id, String by, Instant arrived, Instant end) {}
