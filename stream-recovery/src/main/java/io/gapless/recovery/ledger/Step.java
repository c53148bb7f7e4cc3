package io.gapless.recovery.ledger;

import java.time.Instant;

/**
 * Describes one part of a plan: a span, and the method that is to recover it.
 *
 * @param method the method
 * @param span the span to recover, in X's time; whole seconds for recovery jobs and searches
 * @param notBefore the earliest time to begin, in X's time, because X does not serve the newest posts at once
 */
public record Step(RecoveryMethod method, Span span, Instant notBefore) {}
