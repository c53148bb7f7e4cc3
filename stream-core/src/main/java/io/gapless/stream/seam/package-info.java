/**
 * Where the library touches the world: {@link io.gapless.stream.seam.Time time} and the {@link
 * io.gapless.stream.seam.Transport wire}. Nothing outside this package reads a clock, starts a thread or opens a socket,
 * so that whole days of streaming run in virtual time on one thread, decided by a seed.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.stream.seam;
