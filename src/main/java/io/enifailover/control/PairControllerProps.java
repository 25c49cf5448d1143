package io.enifailover.control;

import io.enifailover.floating.FloatingInterface;
import io.enifailover.policy.FailoverPolicy;

/**
 * What a controller needs.
 *
 * @param floating  interface that it moves
 * @param openToAll whether every client may reach the pair; only then can the function see what clients see
 * @param policy    when and how it moves
 */
public record PairControllerProps(FloatingInterface floating, boolean openToAll, FailoverPolicy policy) {}
