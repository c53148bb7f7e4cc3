package io.gapless.recovery.state;

/**
 * Holds the owner's answer to a request.
 * @param done true if the owner has done, or begun, what was requested
 * @param words the answer for people; if nothing was done, it says why and what to request instead
 */
public record RequestAnswer(boolean done, String words) {}
