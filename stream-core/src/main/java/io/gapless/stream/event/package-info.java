/**
 * Holds what happens to a stream, except its posts. A {@link io.gapless.stream.event.StreamListener} receives each {@link
 * io.gapless.stream.event.StreamEvent}. Events describe themselves, so a program can log any of them.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.stream.event;
