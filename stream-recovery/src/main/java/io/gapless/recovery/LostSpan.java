package io.gapless.recovery;

/**
 * A stretch that stayed lost, whole or in part.
 *
 * @param span which
 * @param reason why, in a few words for people, such as {@code window passed} or {@code cost}
 */
public record LostSpan(Span span, String reason) {}
