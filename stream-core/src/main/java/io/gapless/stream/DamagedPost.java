package io.gapless.stream;

/** A post with bytes that are not UTF-8. */
record DamagedPost(Post post) implements Message {}
