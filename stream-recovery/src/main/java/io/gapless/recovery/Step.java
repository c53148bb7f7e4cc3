package io.gapless.recovery;

import java.time.Instant;

/**
 * A part of a plan.
 *
 * @param method the method
 * @param span what it recovers; the ends of jobs and searches are whole seconds
 * @param notBefore when it may begin: X does not serve what is too fresh
 */
public record Step(RecoveryMethod method, Span span, Instant notBefore) {}
