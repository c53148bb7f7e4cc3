/**
 * Holds what a handler receives, a {@link io.gapless.stream.post.Post} with its parts, the interfaces of handlers, and
 * what a program may ask X for: an {@link io.gapless.stream.post.Endpoint} and {@link io.gapless.stream.post.Fields}.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.stream.post;
