package io.gapless.stream.spi;

/** Holds a post whose line contains bytes that are not UTF-8. */
public record DamagedPost(ReceivedPost post) implements Message {}
