package io.gapless.stream;

/**
 * A post that another one refers to.
 *
 * @param type {@code quoted}, {@code retweeted}, {@code replied_to}, or what X adds to these
 * @param id the id of the other post
 */
public record Reference(String type, long id) {}
