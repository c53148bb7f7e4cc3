package io.gapless.recovery.state;

/**
 * Holds the owner's answer to a request.
 * @param done true if the owner has done what was requested, or has begun to do it
 * @param words the answer for people; if nothing was done, the reason, and what to request instead
 */
public record RequestAnswer(boolean done, String words) {}
