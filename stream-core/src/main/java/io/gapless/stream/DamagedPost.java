package io.gapless.stream;

/** Holds a post whose line contains bytes that are not UTF-8. */
record DamagedPost(Post post) implements Message {}
