/**
 * Decides how often, and counts how much: the budget of connects, the ladders of retries, the pace of recovered posts,
 * the first tries of the handler, and the traffic. The package is not exported.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.stream.pace;
