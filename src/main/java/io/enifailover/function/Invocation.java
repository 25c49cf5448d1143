package io.enifailover.function;

import java.time.Instant;

/**
 * One call of the function.
 *
 * @param id its request id, which no other call has; Lambda repeats a call by the same id
 * @param by the trigger, or the operator
 * @param arrived when it began
 * @param end when it has to be over
 */
record Invocation(String id, String by, Instant arrived, Instant end) {}
