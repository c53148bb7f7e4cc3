/** Holds the parts of a post: its author, media, counts, references, and the rules that it matched. */
@org.jspecify.annotations.NullMarked
package io.gapless.stream.post;
