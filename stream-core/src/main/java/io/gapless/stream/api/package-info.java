/**
 * Calls X's HTTP API: one request, one answer of bounded size, and X's {@link io.gapless.stream.post.Problem problem} if
 * it refuses. Start with {@link io.gapless.stream.api.XApi}. The stream, the rules and each recovery by search use it.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.stream.api;
