package io.gapless.stream.rules;

/**
 * A rule as X holds it. Neither value nor tag can be changed on X: a change is a new rule with a new id, so the tag is
 * the key to rely on.
 *
 * @param id X's number for it
 * @param value what it matches; X holds each value once
 * @param tag what posts carry that it matched; empty if it has none
 */
public record Rule(String id, String value, String tag) {}
