package io.gapless.connect;

/**
 * Holds a part of the stream together with its state.
 *
 * @param part what is read
 * @param state what is remembered of it
 */
record PartState(StreamPart part, OffsetState state) {}
