/**
 * Connects the library to the machine: its {@link io.gapless.stream.seam.Time clocks and threads} and the {@link
 * io.gapless.stream.seam.Transport network}. Code outside this package reads no clock, starts no thread and opens no
 * socket. So a test can run whole days of streaming in virtual time, on one thread, and repeat a run by its seed.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.stream.seam;
