package io.gapless.recovery.state;

/**
 * What the owner answers to a request.
 *
 * @param done whether it has done, or begun, what was asked; if not, the words say what to ask instead
 * @param words for people
 */
public record RequestAnswer(boolean done, String words) {}
