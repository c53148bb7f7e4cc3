/**
 * X's HTTP API in short calls: a request, a bounded answer, X's {@link io.gapless.stream.api.Problem problem} where it
 * refuses. {@link io.gapless.stream.api.XApi} is the door; the stream, the rules and every recovery by search go
 * through it.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.stream.api;
