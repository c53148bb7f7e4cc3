/**
 * Connects the streams of a program under test to an emulator with which they share a clock.
 *
 * <p>{@link io.gapless.testkit.Emulated} connects a stream, and {@link io.gapless.testkit.Recovered} says what became of
 * its gaps. The emulator, its JUnit extension and its faults are in {@code io.gapless.emulator}. {@code SharedTime} runs
 * the threads of the stream on the shared clock, and {@code DirectTransport} carries its requests within the process.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.testkit;
