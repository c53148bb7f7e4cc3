/** Keeps a connection to X's filtered stream and hands every post to a handler. */
@org.jspecify.annotations.NullMarked
package io.gapless.stream;
