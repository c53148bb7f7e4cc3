package io.gapless.stream.post;

/**
 * Refers to another post, which a post quotes, reposts or replies to.
 *
 * @param type {@code quoted}, {@code retweeted}, {@code replied_to}, or a type that X adds later; empty if X sent no
 *     type
 * @param id the id of the other post
 */
public record Reference(String type, long id) {}
